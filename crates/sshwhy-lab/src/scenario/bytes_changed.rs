//! The first protected packet fails its check.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("message authentication code incorrect"),
    ..Scenario::fault(
        "bytes-changed",
        "mac-corrupted",
        "a box changes a bit in what the server sends after the key exchange",
        |network| {
            middlebox::between(network, &[middlebox::FROM_SERVER, "after=4", "do=corrupt"])?;
            network.sshd()
        },
    )
};
