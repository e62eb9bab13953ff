//! The same SYN from a source port that this system would not choose by itself.

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SourcePort;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "source-port",
    doing: "connecting from another range of source ports",
    questions: &[Question::SourcePort],
    cost: Cost { seconds: 1.0, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// Linux takes its own ports from 32768 to 60999. A stateless access list that was written for
/// the range of RFC 6335 (from 49152) or for everything above Linux's own lets these through.
const FIRST_PORT: u16 = 61_200;

fn ready(situation: &Situation<'_>) -> bool {
    variation::is_direct(situation) && situation.evidence.holds(Answer::Connect(Connect::Silent))
}

fn run(scene: &Scene) {
    let mut manner = variation::manner(scene);
    manner.options.source_port = Some(FIRST_PORT);
    let answer = match variation::how_far(scene, manner, Stage::Connect) {
        HowFar::NotTried => return,
        HowFar::BrokeAt(_) => SourcePort::Same,
        HowFar::Passed => SourcePort::Helps,
    };
    scene.observe(answer, format!("a SYN from port {FIRST_PORT} or the next free one"));
}
