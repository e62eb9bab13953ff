//! The login works; ssh ends because it insists on the forward.

use crate::fault::{client, daemon};
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["tcp-forwarding-disabled"],
    plain: Plain::Fails("remote port forwarding failed"),
    ..Scenario::fault(
        "forward-busy",
        "forward-port-busy",
        "the user's configuration asks for a remote forward and its port is taken",
        |network| {
            client::config(
                network,
                "Host server\n    RemoteForward 8022 localhost:22\n    ExitOnForwardFailure yes",
            )?;
            daemon::service(network, 8022, "silent")?;
            network.sshd()
        },
    )
};
