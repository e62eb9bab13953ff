//! The router finds no neighbour and says host unreachable after three seconds.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    // As the lab does it, by an interface that is down.
    on_server: OnServer::Shows("eth0: down"),
    honest: &["no-route", "dns-wrong-address"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault("host-off", "host-down", "the server is switched off", |network| {
        network.sshd()?;
        network.server.sh("ip link set eth0 down").map(drop)
    })
};
