//! ssh says the file and the line and ends before it sends anything.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Bad configuration option: userainbows"),
    ..Scenario::fault(
        "client-option-unknown",
        "client-config-error",
        "~/.ssh/config has an option that ssh does not know",
        |network| {
            client::config(network, "Host *\n    UseRainbows yes")?;
            network.sshd()
        },
    )
};
