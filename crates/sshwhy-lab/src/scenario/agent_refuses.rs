//! `agent refused operation`, then `Permission denied`.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["key-not-authorized"],
    plain: Plain::Fails("agent refused operation"),
    ..Scenario::fault(
        "agent-refuses",
        "agent-refused",
        "the agent holds the key and refuses to sign with it",
        |network| {
            client::in_ssh_folders(
                network,
                "eval $(ssh-agent -a $PWD/agent) > /dev/null
                 ssh-add -q -c id_ed25519 2> /dev/null
                 rm id_ed25519",
            )?;
            client::config(network, "Host server\n    IdentityAgent ~/.ssh/agent")?;
            network.sshd()
        },
    )
};
