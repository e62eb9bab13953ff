//! The error comes from the router's address, not the server's.

use crate::fault::filter;
use crate::scenario::{Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: REJECTED,
    never: &["no-listener"],
    plain: Plain::Fails("No route to host"),
    ..Scenario::fault(
        "reject-on-router",
        "firewall-reject",
        "the router rejects the SYN with ICMP administratively prohibited",
        |network| {
            filter::nft(
                &network.router,
                "forward",
                "tcp dport 22 reject with icmp type admin-prohibited",
            )?;
            network.sshd()
        },
    )
};
