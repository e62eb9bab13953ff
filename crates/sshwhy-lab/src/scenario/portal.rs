//! HTTP text instead of an identification.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["wrong-service-on-port"],
    plain: Plain::Fails(""),
    ..Scenario::fault(
        "portal",
        "captive-portal",
        "a portal on the router answers every connection with its login page",
        |network| {
            network.router.tool(&["serve", "8080", "http"])?;
            network.router.sh(
                "iptables-nft -t nat -A PREROUTING -i client0 -p tcp -j REDIRECT --to-ports 8080",
            )?;
            network.sshd()
        },
    )
};
