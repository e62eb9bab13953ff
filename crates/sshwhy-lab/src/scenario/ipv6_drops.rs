//! ssh waits two minutes for IPv6 before it tries IPv4.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["firewall-drop"],
    args: &["dual"],
    plain: Plain::Hangs("Connecting to dual [fd77:2::2]"),
    plain_args: &["dual", "true"],
    ..Scenario::fault(
        "ipv6-drops",
        "ipv6-broken",
        "the IPv6 address comes first and is dropped on the way; IPv4 works",
        |network| {
            filter::nft(&network.router, "forward", "ip6 daddr fd77:2::2 tcp dport 22 drop")?;
            network.sshd()
        },
    )
};
