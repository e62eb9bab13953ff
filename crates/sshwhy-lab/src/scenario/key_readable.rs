//! ssh ignores the key with a boxed warning; the server then refuses the login.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["key-not-authorized"],
    plain: Plain::Fails("UNPROTECTED PRIVATE KEY FILE"),
    ..Scenario::fault(
        "key-readable",
        "key-permissions",
        "the private key may be read by others",
        |network| {
            client::in_ssh_folders(network, "chmod 644 id_ed25519")?;
            network.sshd()
        },
    )
};
