//! `Permission denied (password)`.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    never: &["key-not-authorized"],
    plain: Plain::Fails("Permission denied (password)"),
    ..Scenario::fault(
        "no-key-method",
        "auth-no-method",
        "the server accepts passwords only and we may not ask for one",
        |network| network.sshd_with("PubkeyAuthentication no"),
    )
};
