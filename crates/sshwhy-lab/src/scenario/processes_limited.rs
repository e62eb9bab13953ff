//! The login works; the command is refused.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
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
