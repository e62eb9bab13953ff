//! The login at the jump host works; its answer to the channel is `administratively prohibited`.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["tcp-forwarding-disabled"],
    plain: Plain::Fails("administratively prohibited"),
    ..Scenario::fault(
        "jump-forward-denied",
        "jump-host-forward-denied",
        "the jump host does not allow forwarding",
        |network| {
            client::config(network, "Host server\n    ProxyJump jump")?;
            network.router.write("/etc/ssh/sshd_config.d/lab.conf", "AllowTcpForwarding no\n")?;
            network.router.sh("/usr/sbin/sshd")?;
            network.router.await_listener(22)?;
            network.sshd()
        },
    )
};
