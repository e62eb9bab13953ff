//! Refused by ICMP, and let in again ten seconds after the last success.

use crate::fault::{crowd, filter};
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("hashlimit"),
    honest: REJECTED,
    never: &["no-listener"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "rate-limit-hashlimit",
        "rate-limit-rule",
        "one new connection every ten seconds (iptables hashlimit); the burst is used up",
        |network| {
            filter::iptables(
                &network.server,
                "-A INPUT -p tcp --dport 22 --syn -m hashlimit --hashlimit-name ssh --hashlimit-mode srcip \
                 --hashlimit-above 6/minute --hashlimit-burst 2 -j REJECT",
            )?;
            network.sshd()?;
            crowd::fail_logins(network, 3)
        },
    )
};
