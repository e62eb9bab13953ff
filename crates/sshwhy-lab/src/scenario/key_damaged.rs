//! ssh cannot load the key; the server then refuses the login.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["key-not-authorized"],
    plain: Plain::Fails("Load key"),
    ..Scenario::fault(
        "key-damaged",
        "key-file-malformed",
        "the private key file lost its last lines",
        |network| {
            client::in_ssh_folders(
                network,
                "head -n 4 id_ed25519 > cut; cat cut > id_ed25519; rm id_ed25519.pub",
            )?;
            network.sshd()
        },
    )
};
