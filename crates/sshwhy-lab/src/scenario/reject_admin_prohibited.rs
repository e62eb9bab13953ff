//! ICMP administratively prohibited (3, 13).

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "reject-admin-prohibited",
        "firewall-reject",
        "the server rejects the SYN with ICMP administratively prohibited",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmp type admin-prohibited",
            )?;
            network.sshd()
        },
    )
};
