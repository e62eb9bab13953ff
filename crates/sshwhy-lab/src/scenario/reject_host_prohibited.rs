//! ICMP host prohibited (3, 10), as firewalld does.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "reject-host-prohibited",
        "firewall-reject",
        "the server rejects the SYN with ICMP host prohibited",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmp type host-prohibited",
            )?;
            network.sshd()
        },
    )
};
