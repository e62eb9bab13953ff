//! As a key that is not listed: only the server's log knows.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: DENIED,
    args: &["alice@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault("user-denied", "user-not-allowed", "DenyUsers names alice", |network| {
        network.sshd_with("DenyUsers alice")
    })
};
