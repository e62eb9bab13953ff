//! The reset has made one hop less than the server's packets.

use crate::fault::filter;
use crate::scenario::{Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: REFUSED,
    never: &["firewall-reject"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "reset-on-router",
        "firewall-tcp-reset",
        "the router's filter answers the SYN with a reset in the server's name",
        |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp --dport 22 -j REJECT --reject-with tcp-reset",
            )?;
            network.sshd()
        },
    )
};
