//! The login works; ssh ends because it insists on the forward.

use crate::fault::client;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: &["forward-port-busy"],
    plain: Plain::Fails("remote port forwarding failed"),
    ..Scenario::fault(
        "forward-refused",
        "tcp-forwarding-disabled",
        "the user's configuration asks for a remote forward and the server allows none",
        |network| {
            client::config(
                network,
                "Host server\n    RemoteForward 8022 localhost:22\n    ExitOnForwardFailure yes",
            )?;
            network.sshd_with("AllowTcpForwarding no")
        },
    )
};
