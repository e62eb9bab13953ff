//! A connection on which our first line is not SSH: does the answer depend on what we say?

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::HelloAcked;
use sshwhy_core::model::question::OddAcked;
use sshwhy_core::model::question::OddHello;
use sshwhy_core::model::question::Question;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::Greeting;
use super::attempt::Manner;
use super::attempt::Opened;
use super::attempt::Words;
use super::variation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "odd",
    doing: "connecting with a first line that is not SSH",
    questions: &[Question::OddHello, Question::OddAcked],
    // Ban rules in their aggressive mode count this as a scan.
    cost: Cost { seconds: 0.5, connections: 1, risk: 0.15 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    let answered = situation.evidence.answer(Question::Hello);
    let failed = answered.is_some_and(|a| a != Answer::Hello(Hello::Identification));
    variation::is_direct(situation) && failed
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let Some(address) = facts.address else { return };
    let mut attempt = Attempt::new(scene, Manner { words: Words::Odd, ..variation::manner(scene) });
    if !matches!(attempt.open(address), Opened::Yes) {
        return;
    }
    let (answer, text) = match attempt.greet() {
        // sshd sends its own identification string before it reads ours.
        Greeting::Identification(ident) => (OddHello::Complains, ident.line),
        Greeting::Malformed(line) | Greeting::OldProtocol(line) => (OddHello::Complains, line),
        Greeting::OtherService(_, text) => (OddHello::OtherService, text),
        Greeting::Ended(_) if is_complaint(&attempt.lines) => {
            (OddHello::Complains, attempt.lines.join(" / "))
        }
        Greeting::Ended(End::Reset) => (OddHello::Reset, timed("reset", &attempt)),
        Greeting::Ended(End::Closed) => (OddHello::Closed, timed("closed", &attempt)),
        Greeting::Ended(End::Silent) => (OddHello::Silent, "nothing came".to_owned()),
    };
    if scene.cancel.is_set() {
        return;
    }
    if answer == OddHello::Silent
        && let Some(info) = attempt.info()
    {
        let ours_lost = scene.evidence.holds(HelloAcked::NotAcked);
        let acked = match info.unacked {
            0 if ours_lost => OddAcked::OnlyThat,
            0 => OddAcked::Acked,
            _ => OddAcked::NotAcked,
        };
        scene.observe(acked, format!("{} segments unacknowledged", info.unacked));
    }
    scene.observe(answer, text);
    attempt.leave();
    scene.exchanged(attempt.exchange);
}

/// What sshd answers: `Invalid SSH identification string.`, before 8.0 `Protocol mismatch.`
fn is_complaint(lines: &[String]) -> bool {
    lines.iter().any(|l| l.contains("SSH identification string") || l.contains("Protocol mismatch"))
}

fn timed(what: &str, attempt: &Attempt<'_>) -> String {
    format!("{what} {:.3} s after it opened", attempt.open_for().as_secs_f64())
}
