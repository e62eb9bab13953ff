//! As a key that is not listed: only the server's log knows.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: DENIED,
    plain: Plain::Fails("Permission denied (publickey"),
    ..Scenario::fault(
        "keys-elsewhere",
        "authorized-keys-not-found",
        "sshd reads /etc/ssh/keys/USER, the key is in the home directory",
        |network| network.sshd_with("AuthorizedKeysFile /etc/ssh/keys/%u"),
    )
};
