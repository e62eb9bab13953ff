//! The same SYN without ssh's DSCP marking.

use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Dscp;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "dscp",
    doing: "connecting without ssh's DSCP marking",
    questions: &[Question::Dscp],
    cost: Cost { seconds: 0.6, connections: 1, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    let marked = situation.facts.config.ip_qos.interactive.is_some_and(|tos| tos != 0);
    let silent = situation.evidence.holds(Answer::Connect(Connect::Silent))
        || variation::is_stuck(situation, Stage::Connect, Duration::from_millis(900));
    let address = situation.facts.address.or(situation.facts.addresses.first().copied());
    marked && silent && address.is_some()
}

fn run(scene: &Scene) {
    let mut manner = variation::manner(scene);
    let marking = manner.options.tos.take().unwrap_or_default();
    let answer = match variation::how_far(scene, manner, Stage::Connect) {
        HowFar::NotTried => return,
        HowFar::BrokeAt(_) => Dscp::Same,
        HowFar::Passed => Dscp::Helps,
    };
    scene.observe(answer, format!("a SYN without the marking 0x{marking:02x}"));
}
