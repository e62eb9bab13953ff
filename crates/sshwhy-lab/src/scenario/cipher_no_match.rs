//! ssh prints the server's list.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    plain: Plain::Fails("no matching cipher found"),
    ..Scenario::fault(
        "cipher-no-match",
        "cipher-mismatch",
        "the server knows only a cipher that the client has given up",
        |network| network.sshd_with("Ciphers aes128-cbc"),
    )
};
