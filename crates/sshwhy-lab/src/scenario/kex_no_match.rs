//! Both lists are in clear text; ssh prints the server's.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    plain: Plain::Fails("no matching key exchange method found"),
    ..Scenario::fault(
        "kex-no-match",
        "kex-mismatch",
        "the server knows only a key exchange that the client has given up",
        |network| network.sshd_with("KexAlgorithms diffie-hellman-group14-sha1"),
    )
};
