//! The child of sshd ends before it says anything.

use crate::root::Root;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("sshd-session"),
    // The listener's own child fails to start it, as fast as a balancer gives up.
    honest: &[
        "load-balancer-reset",
        "privsep-dir-missing",
        "resource-exhausted",
        "socket-activation-limit",
        "sshd-config-error",
        "sshd-crash",
    ],
    never: &["tcp-wrappers-deny", "middlebox-reset"],
    server: Root::Trixie,
    plain: Plain::Fails("kex_exchange_identification:"),
    ..Scenario::fault(
        "helper-missing",
        "sshd-helper-missing",
        "OpenSSH 10's sshd-session is gone, as in the middle of an upgrade",
        |network| {
            network.sshd()?;
            network.server.sh("rm /usr/lib/openssh/sshd-session").map(drop)
        },
    )
};
