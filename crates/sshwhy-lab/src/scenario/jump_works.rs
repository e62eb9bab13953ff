//! Both logins work.

use crate::fault::client;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("jump-works", "through a jump host", |network| {
        client::config(network, "Host server\n    ProxyJump jump")?;
        network.router.sh("/usr/sbin/sshd")?;
        network.router.await_listener(22)?;
        network.sshd()
    });
