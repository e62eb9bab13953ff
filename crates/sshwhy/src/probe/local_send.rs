//! Do our packets leave this host? Read from what the kernel kept of the main connection's SYN,
//! so it sends nothing.
//!
//! connect(2) says nothing when a packet filter here drops the SYN. But the kernel counts a segment
//! as retransmitted only when the network layer took it; a drop in a local filter is an error to it.

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::LocalSend;
use sshwhy_core::model::question::Question;

use super::Probe;
use super::Situation;
use crate::engine::scene::Scene;
use crate::sys::tcp_info::TcpInfo;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "local_send",
    doing: "asking the kernel what became of our SYN",
    questions: &[Question::LocalSend],
    cost: Cost { seconds: 0.0, connections: 0, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    situation.facts.unanswered_syn.and_then(answer).is_some()
}

fn run(scene: &Scene) {
    let Some(info) = scene.facts().unanswered_syn else { return };
    let Some(answer) = answer(info) else { return };
    let (timeouts, sent) = (info.timeouts, info.in_flight_again);
    let text = match answer {
        LocalSend::Leaves => "the kernel sent the SYN again and its packet filter let it pass",
        LocalSend::Fails => "the kernel tried to send the SYN again and could not",
    };
    scene.observe(answer, format!("{text} (TCP_INFO: retransmits {timeouts}, retrans {sent})"));
}

/// `None` when the SYN was not sent again at all.
fn answer(info: TcpInfo) -> Option<LocalSend> {
    info.left_host().map(|left| if left { LocalSend::Leaves } else { LocalSend::Fails })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_syn_that_was_sent_again_tells() {
        let check = |timeouts, sent, in_flight_again, expected| {
            let info = TcpInfo { timeouts, sent, in_flight_again, ..TcpInfo::default() };
            assert_eq!(answer(info), expected, "{info:?}");
        };
        check(0, 1, 0, None);
        // It still waits for the neighbour's address.
        check(2, 1, 0, None);
        check(2, 3, 0, Some(LocalSend::Fails));
        check(2, 3, 1, Some(LocalSend::Leaves));
    }
}
