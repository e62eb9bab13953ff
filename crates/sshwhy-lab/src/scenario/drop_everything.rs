//! As a host that is switched off behind a silent router.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "drop-everything",
        "firewall-drop",
        "the server drops everything that is not from its own network, pings too",
        |network| {
            filter::nft(&network.server, "input", "ip saddr != 10.77.2.0/24 drop")?;
            network.sshd()
        },
    )
};
