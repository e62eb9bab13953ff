//! `you have requested strict checking`.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("you have requested strict checking"),
    ..Scenario::fault(
        "host-key-strict",
        "host-key-unknown",
        "no host key is on record and the client insists on one",
        |network| {
            client::config(network, "Host *\n    StrictHostKeyChecking yes")?;
            network.client.sh("rm /etc/ssh/ssh_known_hosts")?;
            network.sshd()
        },
    )
};
