//! The router finds no neighbour and says host unreachable after three seconds.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["host-down", "no-route"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "name-stale",
        "dns-wrong-address",
        "the name leads to an address that nobody has any more",
        |network| {
            name::ask_router(network)?;
            name::dnsmasq(network, "--host-record=server,10.77.2.77")?;
            network.sshd()
        },
    )
};
