//! The same connection with small segments in both directions.

use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::KexInit;
use sshwhy_core::model::question::KexReply;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SmallSegments;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "small-segments",
    doing: "connecting with small segments",
    questions: &[Question::SmallSegments],
    cost: Cost { seconds: 0.6, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// Bytes of payload. Every IPv4 path carries them (RFC 879), and setting the option announces the
/// same limit to the peer, so both directions shrink.
pub(super) const SEGMENT: u32 = 536;

fn ready(situation: &Situation<'_>) -> bool {
    let hangs = situation.evidence.holds(Answer::KexInit(KexInit::Silent))
        || situation.evidence.holds(Answer::KexReply(KexReply::Silent));
    let patience = Duration::from_millis(1200);
    let stuck = variation::is_stuck(situation, Stage::KexInit, patience)
        || variation::is_stuck(situation, Stage::KeyExchange, patience);
    variation::is_direct(situation) && (hangs || stuck)
}

fn run(scene: &Scene) {
    let mut manner = variation::manner(scene);
    manner.options.max_segment = Some(SEGMENT);
    let answer = match variation::how_far(scene, manner, Stage::KeyExchange) {
        HowFar::NotTried => return,
        HowFar::BrokeAt(_) => SmallSegments::Same,
        HowFar::Passed => SmallSegments::Helps,
    };
    scene.observe(answer, format!("segments of at most {SEGMENT} bytes in both directions"));
}
