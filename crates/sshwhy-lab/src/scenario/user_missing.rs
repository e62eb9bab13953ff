//! As a key that is not listed: only the server's log knows.

use crate::network::Network;
use crate::scenario::{DENIED, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: DENIED,
    args: &["bob@server"],
    plain: Plain::Fails("Permission denied (publickey"),
    plain_args: &["bob@server", "true"],
    ..Scenario::fault(
        "user-missing",
        "user-unknown",
        "the server has no such account",
        Network::sshd,
    )
};
