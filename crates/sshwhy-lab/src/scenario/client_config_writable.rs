//! ssh refuses to read the file and ends.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Bad owner or permissions on"),
    ..Scenario::fault(
        "client-config-writable",
        "client-config-error",
        "~/.ssh/config may be written by others",
        |network| {
            client::config(network, "Host *")?;
            client::in_ssh_folders(network, "chmod 666 config")?;
            network.sshd()
        },
    )
};
