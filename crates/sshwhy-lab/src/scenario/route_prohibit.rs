//! connect() fails at once: permission denied.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["vpn-policy-denied", "local-firewall"],
    plain: Plain::Fails("Permission denied"),
    ..Scenario::fault(
        "route-prohibit",
        "no-route",
        "the client has a prohibit route for the server's network",
        |network| {
            network.client.sh("ip route add prohibit 10.77.2.0/24")?;
            network.sshd()
        },
    )
};
