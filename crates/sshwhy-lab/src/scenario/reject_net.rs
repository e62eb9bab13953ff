//! ICMP network unreachable (3, 0).

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("Network is unreachable"),
    ..Scenario::fault(
        "reject-net",
        "firewall-reject",
        "the server rejects the SYN with ICMP network unreachable",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmp type net-unreachable",
            )?;
            network.sshd()
        },
    )
};
