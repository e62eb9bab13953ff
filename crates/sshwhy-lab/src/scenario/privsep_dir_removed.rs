//! The child of sshd dies a few milliseconds after the connection, before it says anything.

use crate::scenario::{CHILD_DIES, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/run/sshd"),
    honest: CHILD_DIES,
    never: &["tcp-wrappers-deny", "maxstartups-throttled", "middlebox-reset"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "privsep-dir-removed",
        "privsep-dir-missing",
        "/run/sshd was removed while sshd runs",
        |network| {
            network.sshd()?;
            network.server.sh("rm -r /run/sshd").map(drop)
        },
    )
};
