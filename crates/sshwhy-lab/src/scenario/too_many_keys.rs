//! `Too many authentication failures`.

use crate::fault::client;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("auth"),
    plain: Plain::Fails("Too many authentication failures"),
    ..Scenario::fault(
        "too-many-keys",
        "too-many-auth-failures",
        "ssh offers more keys than the server looks at before it gives up",
        |network| {
            client::in_ssh_folders(
                network,
                "for n in 1 2 3 4; do ssh-keygen -q -t ed25519 -N '' -f extra$n; done",
            )?;
            client::config(
                network,
                "Host server
    IdentityFile ~/.ssh/extra1
    IdentityFile ~/.ssh/extra2
    IdentityFile ~/.ssh/extra3
    IdentityFile ~/.ssh/extra4
    IdentityFile ~/.ssh/id_ed25519",
            )?;
            network.sshd_with("MaxAuthTries 3")
        },
    )
};
