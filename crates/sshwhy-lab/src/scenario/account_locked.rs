//! As a key that is not listed: only the server's log knows.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("alice"),
    honest: DENIED,
    args: &["alice@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "account-locked",
        "account-locked",
        "alice's account is locked and PAM is off",
        |network| {
            network.server.sh("usermod --lock alice")?;
            network.sshd_with("UsePAM no")
        },
    )
};
