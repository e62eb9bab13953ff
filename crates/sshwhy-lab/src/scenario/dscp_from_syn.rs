//! Debian's ssh marks with lowdelay (0x10) before it connects; unmarked packets pass.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["firewall-drop", "host-down"],
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "dscp-from-syn",
        "ipqos-dscp",
        "packets with ssh's TOS byte are dropped on the way, from the SYN on",
        |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp --dport 22 -m tos --tos 0x10/0xff -j DROP",
            )?;
            network.sshd()
        },
    )
};
