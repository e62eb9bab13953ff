//! ssh says so and ends before it sends anything.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Bad SSH2 cipher spec"),
    ..Scenario::fault(
        "client-cipher-unknown",
        "client-config-error",
        "~/.ssh/config names a cipher that this ssh does not have",
        |network| {
            client::config(network, "Host server\n    Ciphers arcfour256")?;
            network.sshd()
        },
    )
};
