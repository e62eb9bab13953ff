//! The SYN is answered; the client's identification is repeated and never acknowledged.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: &["middlebox-drop"],
    never: &["sshd-hung"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "established-dropped",
        "firewall-drops-established",
        "the server's filter accepts new connections and drops what follows",
        |network| {
            filter::nft(&network.server, "input", "tcp dport 22 ct state established drop")?;
            network.sshd()
        },
    )
};
