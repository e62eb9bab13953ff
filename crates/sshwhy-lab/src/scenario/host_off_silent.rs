//! No packet of any kind comes back.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    // The lab cannot switch a machine off and look at it.
    on_server: OnServer::Explains("no-listener", "ss -ltnp"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "host-off-silent",
        "host-down",
        "the server is switched off and the router tells nobody",
        |network| {
            filter::nft(&network.router, "output", "icmp type destination-unreachable drop")?;
            network.server.sh("ip link set eth0 down").map(drop)
        },
    )
};
