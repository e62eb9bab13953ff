//! What the user's ssh would do is the truth.

use crate::fault::client;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    server_args: &["--from", "10.77.1.2", "--user", "alice", "--port", "2222"],
    args: &["box"],
    plain_args: &["box", "true"],
    ..Scenario::control(
        "other-port-in-config",
        "an alias in ~/.ssh/config with another port",
        |network| {
            client::config(network, "Host box\n    HostName server\n    Port 2222\n    User root")?;
            network.server.sh("/usr/sbin/sshd -p 2222")?;
            network.server.await_listener(2222)
        },
    )
};
