//! The same connection with one thing changed: how far does it get? Shared by the probes that
//! change one thing.

use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::greeting;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;
use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::negotiate::Choice;
use sshwhy_core::wire::ssh::negotiate::Client;
use sshwhy_core::wire::ssh::negotiate::Negotiation;

use super::Situation;
use super::attempt::Attempt;
use super::attempt::Greeting;
use super::attempt::KexAnswer;
use super::attempt::Manner;
use super::attempt::Opened;
use super::attempt::Proposed;
use super::proxy;
use crate::engine::scene::Scene;

/// How far a connection got.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum HowFar {
    /// There was no leave to try, or the run has ended.
    NotTried,
    /// It broke at that stage.
    BrokeAt(Stage),
    /// It passed the goal.
    Passed,
}

/// A second try that must only show whether a change helps waits no longer than this for a SYN.
const CONNECT_LIMIT: Duration = Duration::from_millis(1300);

/// The main connection has waited long enough for both of us: here only a difference matters, and
/// what helps does so soon.
const PATIENCE: Duration = Duration::from_millis(3200);

/// The manner of the user, with the patience of a second try.
pub(super) fn manner(scene: &Scene) -> Manner {
    Manner {
        connect: CONNECT_LIMIT,
        hello: PATIENCE,
        kex: PATIENCE,
        ..Manner::of_user(&scene.facts().config)
    }
}

/// Makes one connection and follows it up to and including the stage `goal`, at most to the key
/// exchange.
pub(super) fn how_far(scene: &Scene, manner: Manner, goal: Stage) -> HowFar {
    let Some(address) = scene.facts().address else { return HowFar::NotTried };
    let mut attempt = Attempt::new(scene, manner);
    let how_far = match attempt.open(address) {
        Opened::NotTried | Opened::NoProgram(_) => return HowFar::NotTried,
        Opened::No(_) => HowFar::BrokeAt(Stage::Connect),
        Opened::Yes if goal <= Stage::Connect => HowFar::Passed,
        Opened::Yes => talk(scene, &mut attempt, goal),
    };
    attempt.learn_of_path();
    attempt.leave();
    if scene.cancel.is_set() {
        return HowFar::NotTried;
    }
    // A drop by chance may come on a later try, and with it the reason.
    let said = how_far == HowFar::BrokeAt(Stage::Banner) && !attempt.lines.is_empty();
    if said && scene.evidence.answer(Question::Notice).is_none() {
        let said = attempt.lines.join(" / ");
        scene.observe(greeting::notice(&said), said);
    }
    scene.exchanged(attempt.exchange);
    how_far
}

fn talk(scene: &Scene, attempt: &mut Attempt<'_>, goal: Stage) -> HowFar {
    if !matches!(attempt.greet(), Greeting::Identification(_)) {
        return HowFar::BrokeAt(Stage::Banner);
    }
    if goal <= Stage::Banner {
        return HowFar::Passed;
    }
    let (Proposed::Received, Some(theirs)) = (attempt.propose(), &attempt.server_kexinit) else {
        return HowFar::BrokeAt(Stage::KexInit);
    };
    if goal <= Stage::KexInit {
        return HowFar::Passed;
    }
    let ours = KexInit::of_client([0; 16], &attempt.manner.proposal);
    let negotiation = Negotiation::of(&ours, theirs, &Client::default());
    let Some(method) = negotiation.agreed(Choice::Kex).map(str::to_owned) else {
        return HowFar::BrokeAt(Stage::KexInit);
    };
    let began = Instant::now();
    match attempt.exchange_keys(&method) {
        KexAnswer::Reply(_) => {
            scene.learn(|f| f.reply_time = f.reply_time.max(Some(began.elapsed())));
            HowFar::Passed
        }
        KexAnswer::NotAsked => HowFar::NotTried,
        _ => HowFar::BrokeAt(Stage::KeyExchange),
    }
}

/// Whether we connect to the server ourselves, so that there is something to vary.
pub(super) fn is_direct(situation: &Situation<'_>) -> bool {
    situation.facts.address.is_some() && !proxy::is_used(situation.facts)
}

/// Whether the main connection has been waiting at a stage for longer than a sound host needs.
pub(super) fn is_stuck(situation: &Situation<'_>, stage: Stage, patience: Duration) -> bool {
    let round_trips = 4 * situation.facts.round_trip.unwrap_or_default();
    situation.facts.stuck_at(stage).is_some_and(|waited| waited > patience + round_trips)
}
