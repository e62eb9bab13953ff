//! ICMP host unreachable (3, 1).

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "reject-host",
        "firewall-reject",
        "the server rejects the SYN with ICMP host unreachable",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmp type host-unreachable",
            )?;
            network.sshd()
        },
    )
};
