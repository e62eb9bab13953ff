//! ssh prints the server's list.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:2"),
    plain: Plain::Fails("no matching MAC found"),
    ..Scenario::fault(
        "mac-no-match",
        "mac-mismatch",
        "the server knows only a MAC that the client has given up",
        |network| network.sshd_with("Ciphers aes128-ctr\nMACs hmac-md5"),
    )
};
