//! The shell says `not found`; ssh sees the pipe close and calls the peer UNKNOWN port 65535.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("UNKNOWN port 65535"),
    ..Scenario::fault(
        "proxy-command-missing",
        "proxy-command-failed",
        "ProxyCommand names a program that is not installed",
        |network| {
            client::config(network, "Host server\n    ProxyCommand corkscrew proxy 8080 %h %p")?;
            network.sshd()
        },
    )
};
