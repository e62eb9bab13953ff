//! The login works, then throughput (0x08) is set and nothing passes any more.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["mtu-black-hole", "firewall-drops-established"],
    plain: Plain::Hangs("Sending command: true"),
    ..Scenario::fault(
        "dscp-in-session",
        "ipqos-dscp",
        "packets with the class that ssh sets in a session without terminal are dropped",
        |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp --dport 22 -m tos --tos 0x08/0xff -j DROP",
            )?;
            network.sshd()
        },
    )
};
