//! Port 22 refuses; nobody asks it.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    server_args: &["--from", "10.77.1.2", "--user", "alice", "--port", "2222"],
    args: &["server:2222"],
    plain_args: &["-p", "2222", "server", "true"],
    ..Scenario::control("other-port", "sshd on port 2222, named by the user", |network| {
        network.server.sh("/usr/sbin/sshd -p 2222")?;
        network.server.await_listener(2222)
    })
};
