//! The router finds no neighbour and says host unreachable after three seconds.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["no-route", "dns-wrong-address"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault("host-off", "host-down", "the server is switched off", |network| {
        network.server.sh("ip link set eth0 down").map(drop)
    })
};
