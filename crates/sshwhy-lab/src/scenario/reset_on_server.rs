//! Not to be told from a port where nothing listens: same sender, same TTL.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REFUSED,
    never: &["firewall-reject"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "reset-on-server",
        "firewall-tcp-reset",
        "the server's filter answers the SYN with a reset",
        |network| {
            filter::nft(&network.server, "input", "tcp dport 22 reject with tcp reset")?;
            network.sshd()
        },
    )
};
