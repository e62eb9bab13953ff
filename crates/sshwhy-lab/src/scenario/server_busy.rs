//! Everything works and takes many seconds. With shorter turns sshd gives up in the middle of a login.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Explains("sshd-hung", "stopped by a signal"),
    honest: &["login-grace-timeout", "pam-denied", "slow-dns", "slow-logind", "sshd-hung"],
    never: &["mtu-black-hole", "firewall-drop"],
    plain: Plain::Varies,
    ..Scenario::fault(
        "server-busy",
        "server-overloaded",
        "sshd gets the processor for 100 ms every 1.6 s",
        |network| {
            network.sshd()?;
            network.server.spawn(
                "while true; do killall -STOP sshd; sleep 1.5; killall -CONT sshd; sleep 0.1; done",
            )?;
            network.server.await_sh("grep -q '^State:.T' /proc/$(pgrep -o -x sshd)/status")
        },
    )
};
