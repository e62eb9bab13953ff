//! Path MTU discovery works.

use crate::fault::path::{self, Towards};
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    args: &["server6"],
    plain_args: &["server6", "true"],
    ..Scenario::control(
        "small-mtu-ipv6",
        "1280 bytes in both directions, and ICMPv6 says so",
        |network| {
            path::mtu(network, Towards::Client, 1280)?;
            path::mtu(network, Towards::Server, 1280)?;
            network.sshd()
        },
    )
};
