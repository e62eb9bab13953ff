//! `Permission denied (password)`.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["key-not-authorized"],
    plain: Plain::Fails("Permission denied (password)"),
    ..Scenario::fault(
        "no-key-method",
        "auth-no-method",
        "the server accepts passwords only and we may not ask for one",
        |network| network.sshd_with("PubkeyAuthentication no"),
    )
};
