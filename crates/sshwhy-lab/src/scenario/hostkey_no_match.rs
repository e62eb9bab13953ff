//! ssh prints the server's list.

use crate::fault::client;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("no matching host key type found"),
    ..Scenario::fault(
        "hostkey-no-match",
        "hostkey-alg-mismatch",
        "the client wants ed25519 and the server has only ECDSA",
        |network| {
            client::config(network, "Host server\n    HostKeyAlgorithms ssh-ed25519")?;
            network.sshd_with("HostKey /etc/ssh/ssh_host_ecdsa_key")
        },
    )
};
