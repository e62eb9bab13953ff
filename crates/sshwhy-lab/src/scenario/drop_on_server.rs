//! SYNs are repeated and nothing comes back.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: SILENT,
    never: &["sshd-hung"],
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "drop-on-server",
        "firewall-drop",
        "the server's nftables drops the SYN",
        |network| {
            filter::nft(&network.server, "input", "tcp dport 22 drop")?;
            network.sshd()
        },
    )
};
