//! What the user's ssh would do is the truth.

use crate::fault::client;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
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
