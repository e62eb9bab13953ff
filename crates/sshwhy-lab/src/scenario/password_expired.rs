//! The login works; without a terminal the session ends at once.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("alice"),
    honest: &["account-expired", "shell-exits"],
    never: &["key-not-authorized"],
    args: &["alice@server"],
    plain: Plain::Fails("assword"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "password-expired",
        "password-expired",
        "alice must change her password",
        |network| {
            network.server.sh("chage -d 0 alice")?;
            network.sshd()
        },
    )
};
