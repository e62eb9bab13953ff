//! The first ssh fails to resolve the jump host; the second sees the pipe close.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["proxy-command-failed"],
    plain: Plain::Fails("Could not resolve hostname bastion"),
    ..Scenario::fault("jump-unresolved", "dns-failure", "the jump host has no address", |network| {
        client::config(network, "Host server\n    ProxyJump bastion")?;
        network.sshd()
    })
};
