//! Does the host answer a ping? Costs no connection, and gives the round trip that other times
//! are compared with.

use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Echo;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;
use sshwhy_core::wire::icmp;

use super::Probe;
use super::Situation;
use super::refusal;
use super::variation;
use crate::engine::scene::Scene;
use crate::sys::echo;
use crate::sys::error_queue::Origin;
use crate::sys::error_queue::QueuedError;
use crate::sys::error_text;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "echo",
    doing: "sending a ping",
    questions: &[Question::Echo],
    cost: Cost { seconds: 0.5, connections: 0, risk: 0.0 },
    ready,
    run,
};

const REQUESTS: u16 = 3;
const GAP: Duration = Duration::from_millis(200);
const LIMIT: Duration = Duration::from_millis(1200);

fn ready(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    let failed = match evidence.answer(Question::Connect) {
        // Nothing that we send would get further than the SYN did.
        Some(Answer::Connect(
            Connect::Established | Connect::LocalError | Connect::NeighbourFailed,
        ))
        | None => false,
        Some(_) => true,
    };
    let stuck = variation::is_stuck(situation, Stage::Connect, Duration::from_millis(800));
    let hung = evidence.holds(Answer::Hello(Hello::Silent));
    variation::is_direct(situation) && (failed || stuck || hung)
}

fn run(scene: &Scene) {
    let Some(address) = scene.facts().address else { return };
    let echoes = match echo::ask(address, REQUESTS, GAP, LIMIT, &scene.cancel) {
        Ok(echoes) => echoes,
        Err(error) => {
            let text =
                format!("whether {} answers a ping: {}", address.ip(), error_text::of(&error));
            scene.learn(|f| f.not_assessed.push(text));
            return;
        }
    };
    if let Some(quickest) = echoes.replies.iter().min().copied() {
        // What answers a connection attempt may be nearer than the host; what answers here not.
        scene.learn(|f| {
            if f.reached.is_none_or(|r| r == Stage::Connect) {
                f.round_trip = Some(quickest);
            }
        });
        let millis = quickest.as_secs_f64() * 1000.0;
        let (replies, sent) = (echoes.replies.len(), echoes.sent);
        scene.observe(Echo::Replies, format!("{replies} of {sent} answered, {millis:.2} ms"));
    } else if let Some(error) = echoes.error {
        scene.observe(Echo::Unreachable, describe(error));
    } else if !refusal::was_icmp(&scene.evidence) && !scene.cancel.is_set() {
        let seconds = LIMIT.as_secs_f64();
        scene.observe(Echo::Silent, format!("0 of {} answered in {seconds:.1} s", echoes.sent));
    }
}

fn describe(error: QueuedError) -> String {
    let meaning = match error.origin {
        Origin::Icmp6 => icmp::of_ipv6(error.kind, error.code),
        Origin::Icmp | Origin::Local => icmp::of_ipv4(error.kind, error.code),
    };
    let name = meaning.map_or_else(
        || format!("ICMP type {} code {}", error.kind, error.code),
        |m| format!("ICMP {m}"),
    );
    let from = error.sender.map_or("this host".to_owned(), |s| s.to_string());
    format!("{name} from {from}")
}
