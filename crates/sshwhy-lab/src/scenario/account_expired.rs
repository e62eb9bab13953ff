//! The key is accepted, then `Your account has expired` and an end.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("alice"),
    honest: &["pam-denied"],
    never: &["key-not-authorized"],
    args: &["alice@server"],
    plain: Plain::Fails("Your account has expired"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "account-expired",
        "account-expired",
        "alice's account has expired",
        |network| {
            network.server.sh("chage -E 1 alice")?;
            network.sshd()
        },
    )
};
