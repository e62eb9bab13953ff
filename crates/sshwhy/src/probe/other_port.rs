//! What does another port of the same address answer, one that nothing should listen on?
//!
//! A reset from there shows that the host is up and the path is free; an open port shows that
//! something on the way answers for every port.

use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::OtherPort;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Manner;
use super::attempt::Opened;
use super::refusal;
use super::variation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "other_port",
    doing: "trying a port that should be closed",
    questions: &[Question::OtherPort],
    // One port is no scan, but some sensors count it as the begin of one.
    cost: Cost { seconds: 0.4, connections: 1, risk: 0.02 },
    ready,
    run,
};

/// discard (RFC 863): below 1024, so that the rules for system ports apply, and out of use.
const PORT: u16 = 9;
/// tcpmux (RFC 1078), when ssh itself is asked for on port 9.
const OTHER_PORT: u16 = 1;
/// Two SYNs.
const LIMIT: Duration = Duration::from_millis(1300);

fn ready(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    let failed = match evidence.answer(Question::Connect) {
        // Known to be independent of the port.
        Some(Answer::Connect(
            Connect::Established | Connect::LocalError | Connect::NeighbourFailed,
        ))
        | None => false,
        Some(_) => true,
    };
    let stuck = variation::is_stuck(situation, Stage::Connect, Duration::from_secs(1));
    let odd = evidence.answer(Question::Hello).is_some_and(|a| {
        matches!(
            a,
            Answer::Hello(Hello::Silent | Hello::Reset | Hello::Closed | Hello::OtherService)
        )
    });
    variation::is_direct(situation) && (failed || stuck || odd)
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let Some(mut address) = facts.address else { return };
    address.set_port(if address.port() == PORT { OTHER_PORT } else { PORT });
    let mut manner = Manner::of_user(&facts.config);
    manner.connect = LIMIT;
    let mut attempt = Attempt::new(scene, manner);
    let (answer, text) = match attempt.open(address) {
        Opened::NotTried | Opened::NoProgram(_) => return,
        Opened::Yes => (OtherPort::Open, "accepts the connection".to_owned()),
        Opened::No(error) => {
            let refused = refusal::of(&error, address);
            attempt.note(refused.actor, refused.event.clone());
            let Some(answer) = answer(refused.answer) else { return };
            if answer == OtherPort::Refused {
                // The kernel of the host answers at once, so this is a round trip.
                scene.learn(|f| f.round_trip = f.round_trip.or(Some(error.after)));
            }
            (answer, refused.text)
        }
    };
    let limited = answer == OtherPort::Silent && refusal::was_icmp(&scene.evidence);
    if limited || scene.cancel.is_set() {
        return;
    }
    scene.observe(answer, format!("port {}: {text}", address.port()));
    attempt.leave();
    scene.exchanged(attempt.exchange);
}

/// `None` when the attempt did not leave this host.
fn answer(connect: Connect) -> Option<OtherPort> {
    match connect {
        Connect::Established => Some(OtherPort::Open),
        Connect::Reset | Connect::Refused => Some(OtherPort::Refused),
        Connect::Silent => Some(OtherPort::Silent),
        Connect::PortUnreachable
        | Connect::HostUnreachable
        | Connect::NetUnreachable
        | Connect::AdminProhibited
        | Connect::OtherIcmp => Some(OtherPort::Rejected),
        Connect::NeighbourFailed
        | Connect::Unreachable
        | Connect::LocalDenied
        | Connect::LocalError => None,
    }
}
