//! Closed after the service request, before any method was tried.

use crate::root::Root;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:2"),
    honest: &["login-grace-timeout", "pam-denied"],
    args: &["alice@server"],
    server: Root::Trixie,
    plain: Plain::Fails("Connection closed by"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "connection-refused-by-match",
        "refuse-connection",
        "OpenSSH 10 refuses the user's connection (RefuseConnection in a Match block)",
        |network| network.sshd_with("Match User alice\n    RefuseConnection yes"),
    )
};
