//! As with IPv4; a filter that drops all ICMPv6 does this.

use crate::fault::path::{self, Towards};
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["sshd-hung"],
    args: &["server6"],
    plain: Plain::Hangs("expecting SSH2_MSG_KEX_ECDH_REPLY"),
    plain_args: &["server6", "true"],
    ..Scenario::fault(
        "mtu-ipv6",
        "mtu-black-hole",
        "IPv6 packets of more than 1280 bytes vanish in both directions",
        |network| {
            path::mtu_hole(network, Towards::Client, 1280)?;
            path::mtu_hole(network, Towards::Server, 1280)?;
            network.sshd()
        },
    )
};
