//! Its text is shown, then the server closes.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/nologin"),
    honest: &["pam-denied"],
    never: &["key-not-authorized"],
    args: &["alice@server"],
    plain: Plain::Fails("System is going down"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault("nologin-file", "nologin", "/etc/nologin forbids logins", |network| {
        network.server.write("/etc/nologin", "System is going down for maintenance.\n")?;
        network.sshd()
    })
};
