//! Pings are lost; everything fits, so nothing is missed.

use crate::fault::filter;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("icmp-silent", "no ICMP at all passes the router", |network| {
        filter::nft(&network.router, "forward", "meta l4proto { icmp, icmpv6 } drop")?;
        filter::nft(&network.router, "output", "meta l4proto icmp drop")?;
        network.sshd()
    });
