//! Not even the server's KEXINIT arrives.

use crate::fault::path::{self, Towards};
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["sshd-hung", "ipqos-dscp"],
    plain: Plain::Hangs("SSH2_MSG_KEXINIT sent"),
    ..Scenario::fault(
        "mtu-small",
        "mtu-black-hole",
        "packets of more than 576 bytes vanish in both directions",
        |network| {
            path::mtu_hole(network, Towards::Client, 576)?;
            path::mtu_hole(network, Towards::Server, 576)?;
            network.sshd()
        },
    )
};
