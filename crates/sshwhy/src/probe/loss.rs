//! Whether small packets are lost on the way, on a connection that goes on.

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Loss;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SlowStep;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Opened;
use super::attempt::flight;
use super::variation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "loss",
    doing: "counting packets that are lost",
    questions: &[Question::Loss],
    cost: Cost { seconds: 1.0, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// So many flights of segments are sent, one after the other.
const FLIGHTS: usize = 6;
/// What every path carries.
const SIZE: u32 = 40;
/// Fewer losses than this happen on every path.
const MANY: u32 = 3;

fn ready(situation: &Situation<'_>) -> bool {
    let is_slow =
        |answer: Answer| matches!(answer, Answer::SlowStep(step) if step != SlowStep::Nothing);
    let slow = situation.evidence.observations().iter().any(|o| is_slow(o.answer));
    variation::is_direct(situation) && slow
}

fn run(scene: &Scene) {
    let Some(address) = scene.facts().address else { return };
    let mut attempt = Attempt::new(scene, variation::manner(scene));
    let Opened::Yes = attempt.open(address) else { return };
    let mut sent = 0;
    for _ in 0..FLIGHTS {
        let sizes = [SIZE; flight::MOST];
        // What does not go on is another fault's.
        if attempt.segments(&sizes) != Some(sizes.len()) {
            break;
        }
        sent += sizes.len();
    }
    let info = attempt.info().unwrap_or_default();
    attempt.leave();
    scene.exchanged(attempt.exchange);
    // What arrived twice was late, not lost.
    let lost = info.retransmitted.saturating_sub(info.arrived_twice);
    let text = format!("{lost} of {sent} small segments were lost and sent again");
    if lost >= MANY {
        scene.observe(Loss::Many, text);
    } else if sent == FLIGHTS * flight::MOST {
        scene.observe(Loss::Few, text);
    }
}
