//! The login works; the command is refused.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/security/limits.conf:"),
    honest: &["shell-exits", "sshd-crash"],
    args: &["alice@server"],
    plain: Plain::Fails(""),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "processes-limited",
        "resource-exhausted",
        "alice may start no further process",
        |network| {
            network.server.sh("echo 'alice hard nproc 0' >> /etc/security/limits.conf")?;
            network.sshd()
        },
    )
};
