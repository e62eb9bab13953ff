//! connect() fails at once: no route to host.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["vpn-policy-denied"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "route-unreachable",
        "no-route",
        "the client has an unreachable route, as a VPN that is down leaves it",
        |network| {
            network.client.sh("ip route add unreachable 10.77.2.0/24")?;
            network.sshd()
        },
    )
};
