//! No packet of any kind comes back.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    // As the lab does it, by an interface that is down.
    on_server: OnServer::Shows("eth0: down"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "host-off-silent",
        "host-down",
        "the server is switched off and the router tells nobody",
        |network| {
            filter::nft(&network.router, "output", "icmp type destination-unreachable drop")?;
            network.sshd()?;
            network.server.sh("ip link set eth0 down").map(drop)
        },
    )
};
