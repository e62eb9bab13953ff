//! `This account is currently not available` and exit code 1.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/usr/sbin/nologin"),
    args: &["alice@server"],
    honest: &["shell-exits"],
    plain: Plain::Fails("Exit status 1"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault("shell-nologin", "shell-invalid", "alice's shell is nologin", |network| {
        network.server.sh("usermod --shell /usr/sbin/nologin alice")?;
        network.sshd()
    })
};
