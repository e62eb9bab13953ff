//! The listener closes each connection at once: `reexec socketpair: Too many open files`.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("sshd"),
    honest: &[
        "load-balancer-reset",
        "sshd-crash",
        "sshd-helper-missing",
        "socket-activation-limit",
    ],
    never: &["tcp-wrappers-deny"],
    plain: Plain::Fails("kex_exchange_identification:"),
    ..Scenario::fault(
        "descriptors-exhausted",
        "resource-exhausted",
        "sshd may open no further file",
        |network| {
            network.sshd()?;
            network.server.sh("prlimit --nofile=7:7 --pid $(cat /run/sshd.pid)").map(drop)
        },
    )
};
