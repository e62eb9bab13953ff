//! The router answers with ICMP host unreachable (type 3, code 1).

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["firewall-reject", "host-down", "dns-wrong-address"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "router-unreachable",
        "no-route",
        "the router has no way to the server's address",
        |network| {
            network.router.sh("ip route add unreachable 10.77.2.2")?;
            network.sshd()
        },
    )
};
