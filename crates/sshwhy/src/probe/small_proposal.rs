//! The same connection with a short KEXINIT.

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::KexInit;
use sshwhy_core::model::question::KexReply;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SmallProposal;
use sshwhy_core::model::question::Software;
use sshwhy_core::model::stage::Stage;
use sshwhy_core::wire::ssh::kexinit::Proposal;

use super::Probe;
use super::Situation;
use super::variation;
use super::variation::HowFar;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "small-proposal",
    doing: "connecting with a short list of algorithms",
    questions: &[Question::SmallProposal, Question::Software],
    cost: Cost { seconds: 0.6, connections: 1, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    let fails = situation.evidence.observations().iter().any(|o| match o.answer {
        Answer::KexInit(answer) => answer != KexInit::Received,
        Answer::KexReply(answer) => answer != KexReply::Received,
        _ => false,
    });
    variation::is_direct(situation) && fails
}

fn run(scene: &Scene) {
    let mut manner = variation::manner(scene);
    manner.proposal = Proposal::small();
    let answer = match variation::how_far(scene, manner, Stage::KeyExchange) {
        HowFar::NotTried => return,
        HowFar::BrokeAt(_) => SmallProposal::Same,
        HowFar::Passed => SmallProposal::Helps,
    };
    scene.observe(answer, "a KEXINIT of about 230 bytes");
    // Who stumbles over a long list is known by that; OpenSSH sends such lists itself.
    if let Some(software) = scene.facts().software {
        let is_openssh = version(&software).is_some_and(|major| major >= OPENSSH);
        scene.observe(if is_openssh { Software::OpenSsh } else { Software::Other }, software);
    }
}

/// The release of ten years ago.
const OPENSSH: u32 = 7;

/// The first number of `OpenSSH_9.2p1`.
fn version(software: &str) -> Option<u32> {
    software.strip_prefix("OpenSSH_")?.split('.').next()?.parse().ok()
}
