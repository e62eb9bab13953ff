//! As a key that is not listed: only the server's log knows.

use crate::network::Network;
use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("bob"),
    honest: DENIED,
    server_args: &["--from", "10.77.1.2", "--user", "bob"],
    args: &["bob@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["bob@server", "true"],
    ..Scenario::fault(
        "user-missing",
        "user-unknown",
        "the server has no such account",
        Network::sshd,
    )
};
