//! The router finds no neighbour and says host unreachable after three seconds.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    // The lab cannot switch a machine off and look at it.
    on_server: OnServer::Explains("no-listener", "ss -ltnp"),
    honest: &["no-route", "dns-wrong-address"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault("host-off", "host-down", "the server is switched off", |network| {
        network.server.sh("ip link set eth0 down").map(drop)
    })
};
