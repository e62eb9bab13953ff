//! As a key that is not listed: only the server's log knows.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/bin/fish-that-left"),
    honest: DENIED,
    args: &["alice@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault("shell-missing", "shell-invalid", "alice's shell does not exist", |network| {
        network.server.sh("usermod --shell /bin/fish-that-left alice")?;
        network.sshd()
    })
};
