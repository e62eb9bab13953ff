//! Path MTU discovery works.

use crate::fault::path::{self, Towards};
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("small-mtu", "1400 bytes in both directions, and ICMP says so", |network| {
        path::mtu(network, Towards::Client, 1400)?;
        path::mtu(network, Towards::Server, 1400)?;
        network.sshd()
    });
