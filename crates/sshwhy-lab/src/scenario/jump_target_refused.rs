//! The login at the jump host works; its answer to the channel is `connect failed: Connection
//! refused`.

use crate::fault::client;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Explains("no-listener", "ss -ltnp"),
    honest: &["no-listener", "firewall-tcp-reset", "firewall-reject", "sshd-listens-elsewhere"],
    plain: Plain::Fails("connect failed: Connection refused"),
    ..Scenario::fault(
        "jump-target-refused",
        "jump-host-forward-denied",
        "the jump host works, but nothing listens on the server",
        |network| {
            client::config(network, "Host server\n    ProxyJump jump")?;
            network.router.sh("/usr/sbin/sshd")?;
            network.router.await_listener(22)
        },
    )
};
