//! As a key that is not listed: only the server's log knows.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/home/alice"),
    honest: DENIED,
    args: &["alice@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "home-writable",
        "authorized-keys-permissions",
        "alice's home on the server may be written by others",
        |network| {
            network.server.sh("chmod 777 /home/alice")?;
            network.sshd()
        },
    )
};
