//! A login with the user's own ssh, so that agents, hardware keys, certificates and Kerberos work
//! as they always do; and a session that runs `echo`, with a terminal and then without.
//!
//! It must never try a password. What the server starts in every session of this user (a forced
//! command, start-up files) it starts in this one too.

use sshwhy_core::evaluate::dialogue;
use sshwhy_core::evaluate::dialogue::MARK;
use sshwhy_core::evaluate::dialogue::Said;
use sshwhy_core::evaluate::dialogue::Seen;
use sshwhy_core::evaluate::dialogue::Told;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::outcome::is_break;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::HostKey;
use sshwhy_core::model::question::KexReply;
use sshwhy_core::model::question::KeyOutcome;
use sshwhy_core::model::question::Notice;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Repeat;
use sshwhy_core::model::question::Session;
use sshwhy_core::model::question::SlowStep;
use sshwhy_core::model::question::Terminal;
use sshwhy_core::model::stage::Stage;
use sshwhy_core::parse::ssh_debug::Ending;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

use super::Probe;
use super::Situation;
use super::ssh::login::Wanted;
use super::ssh::login::forwardings;
use super::ssh::login::is_new_key;
use super::ssh::login::prepare;
use super::ssh::login::wants_terminal;
use super::ssh::watch::LIMIT;
use super::ssh::watch::Watch;
use super::ssh::watch::exchange;
use crate::engine::scene::Scene;
use crate::sys::process::Ran;
use crate::sys::process::run_until;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "login",
    doing: "logging in with your ssh, without a password",
    questions: &[
        Question::Login,
        Question::KeyOutcome,
        Question::Session,
        Question::Forwarding,
        Question::SlowStep,
        Question::AuthWords,
        Question::Terminal,
        Question::StartupOutput,
    ],
    // A login that fails counts as one failure of the few that ban rules allow.
    cost: Cost { seconds: 0.9, connections: 2, risk: 0.05 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    let (settings, facts, evidence) = (situation.settings, situation.facts, situation.evidence);
    let over = facts.reached.is_some();
    let exchanged = match evidence.answer(Question::KexReply) {
        Some(answer) => answer == KexReply::Received.into(),
        // A method that we do not know, but ssh does.
        None => facts.reached == Some(Stage::KeyExchange),
    };
    let trusted = match evidence.answer(Question::HostKey) {
        Some(Answer::HostKey(key)) => matches!(key, HostKey::Known | HostKey::Unknown),
        // Only ssh itself can tell, such as by KnownHostsCommand.
        _ => over,
    };
    settings.login && facts.has_ssh && exchanged && trusted
}

fn run(scene: &Scene) {
    if is_new_key(scene) {
        scene.learn(|f| f.not_assessed.push("the host key is new: ssh will ask".to_owned()));
    }
    // A jump host passes bytes on; whether it has a shell for us does not matter.
    if scene.target.hop.is_some() {
        let watch = Watch::new().until(Milestone::Authenticated);
        attend(scene, Wanted::Nothing, watch, &[], &[]);
        return;
    }
    let line = format!("echo {MARK}");
    let config = scene.facts().config;
    let terminal = wants_terminal(&config);
    let wanted = if terminal { Wanted::Terminal(&line) } else { Wanted::Command(&line) };
    let Some(seen) = attend(scene, wanted, Watch::new(), forwardings(&config), &[]) else { return };
    if needs_second(&seen) {
        attend(scene, Wanted::Command(&line), Watch::new(), &[], &seen);
    }
}

/// Whether a session without a terminal has something to tell: start-up files may print into it,
/// and ssh marks its packets otherwise. And ssh ends when it is refused a terminal.
fn needs_second(seen: &[Seen]) -> bool {
    let is = |wanted: Answer| seen.iter().any(|(answer, _)| *answer == wanted);
    let session = seen.iter().any(|(answer, _)| answer.question() == Question::Session);
    let refused = is(Terminal::Refused.into()) && !session;
    // Nobody should wait twice for the same slow step.
    let quick = is(SlowStep::Nothing.into());
    let sound = is(Terminal::Given.into()) && is(Session::Starts.into());
    refused || (sound && quick && !needs_touch(seen))
}

/// Whether the key wants a hand on it for every login: once is enough to ask of a person.
fn needs_touch(seen: &[Seen]) -> bool {
    let accepted = |a: &Answer| *a == KeyOutcome::Accepted.into();
    seen.iter().any(|(answer, text)| accepted(answer) && text.contains("-SK"))
}

/// Logs in, and records what is not known yet; `None` when there was no leave.
fn attend(
    scene: &Scene,
    wanted: Wanted<'_>,
    watch: Watch,
    more: &[&str],
    known: &[Seen],
) -> Option<Vec<Seen>> {
    let (ran, lost) = session(scene, wanted, watch, more)?;
    let dialogue = parse_ssh_debug(&ran.stderr);
    scene.exchanged(exchange(scene, &dialogue, &ran));
    let told = Told {
        dialogue: &dialogue,
        times: &ran.line_times,
        took: ran.took,
        stopped: ran.status.is_none(),
        output: Some(&ran.stdout),
    };
    let mut seen = dialogue::answers(&told);
    if wanted == Wanted::Nothing {
        seen.retain(|(answer, _)| answer.question().stage() <= Stage::Auth);
    }
    observe_early_end(scene, &told);
    for (answer, text) in &seen {
        let before = known.iter().find(|(before, _)| before.question() == answer.question());
        let asked = before.is_some_and(|(before, _)| is_break(*before) || !is_break(*answer));
        if !asked && is_news(scene, *answer) {
            let lost = if lost { "; our bytes are not acknowledged" } else { "" };
            scene.observe(*answer, format!("{text}{lost}"));
        }
    }
    Some(seen)
}

/// Whether nobody has answered that before, or what ssh meets breaks what we found sound.
fn is_news(scene: &Scene, answer: Answer) -> bool {
    match scene.evidence.answer(answer.question()) {
        None => true,
        // Of a new key, ssh knew what we gave it.
        Some(before) => before != answer && is_break(answer) && !is_new_key(scene),
    }
}

/// Logs in and runs something; `None` when there was no leave or the run has ended. The flag says
/// that the other side did not acknowledge our bytes.
pub(super) fn session(
    scene: &Scene,
    wanted: Wanted<'_>,
    mut watch: Watch,
    more: &[&str],
) -> Option<(Ran, bool)> {
    let _permit = scene.permit()?;
    let ran = prepare(scene, wanted, more).and_then(|mut login| {
        run_until(&mut login.command, LIMIT, &scene.cancel, |ran| watch.is_enough(ran))
    });
    if scene.cancel.is_set() {
        return None;
    }
    match ran {
        Ok(ran) => Some((ran, watch.lost)),
        Err(error) => {
            scene.learn(|f| f.not_assessed.push(format!("the login: {error}")));
            None
        }
    }
}

/// A connection that ended where the handshake before it got through.
fn observe_early_end(scene: &Scene, told: &Told<'_>) {
    let Some(attempt) = told.dialogue.target() else { return };
    if attempt.furthest >= Milestone::Encrypted || attempt.ending == Ending::HostKeyRefused {
        return;
    }
    let stage = attempt.furthest.stage();
    let last = told.dialogue.events.iter().rfind(|e| !e.text.is_empty());
    let text = last.map(|e| e.text.clone()).unwrap_or_default();
    let served = scene.evidence.holds(Hello::Identification);
    let broken = matches!(attempt.ending, Ending::Broken(_) | Ending::NotConnected(_));
    if served && broken && attempt.furthest < Milestone::IdentReceived {
        scene.observe(Repeat::Mixed, format!("ssh itself got to the {stage} stage: {text}"));
        observe_notice(scene, told);
    } else {
        let words = format!("the login: ssh itself got to the {stage} stage: {text}");
        scene.learn(|f| f.not_assessed.push(words));
    }
}

/// What the server said when it dropped ssh; only its `-v` shows that.
fn observe_notice(scene: &Scene, told: &Told<'_>) {
    let said = dialogue::of_log(told.dialogue, told.times);
    let words = |said: &Said| {
        let question = said.answer.question();
        question == Question::Notice && said.answer != Notice::Nothing.into()
    };
    if let Some(said) = said.into_iter().find(words) {
        scene.observe(said.answer, said.text);
    }
}
