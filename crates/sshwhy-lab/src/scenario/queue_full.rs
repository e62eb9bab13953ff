//! SYNs are dropped by the kernel: silence, on this port only.

use crate::fault::{crowd, daemon};
use crate::scenario::{OnServer, Plain, SILENT_OR_BUSY, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: SILENT_OR_BUSY,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "queue-full",
        "syn-backlog-overflow",
        "sshd is frozen and its listen queue is full",
        |network| {
            network.server.sh("echo 4 > /proc/sys/net/core/somaxconn")?;
            network.sshd()?;
            daemon::freeze(network)?;
            crowd::hold_mute(network, crowd::OTHER, 20)
        },
    )
};
