//! ICMP protocol unreachable (3, 2).

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("Protocol not available"),
    ..Scenario::fault(
        "reject-protocol",
        "firewall-reject",
        "the server rejects the SYN with ICMP protocol unreachable",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmp type prot-unreachable",
            )?;
            network.sshd()
        },
    )
};
