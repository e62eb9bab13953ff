//! `Too many logins` and an end, after the login.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/security/limits.conf:"),
    honest: &["pam-denied"],
    args: &["alice@server"],
    plain: Plain::Fails("Exit status 254"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "logins-limited",
        "login-limit",
        "limits.conf allows alice one login, and she has one",
        |network| {
            network.server.sh("echo 'alice hard maxlogins 0' >> /etc/security/limits.conf")?;
            network.sshd()
        },
    )
};
