//! getaddrinfo asks twice, five seconds each.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Temporary failure in name resolution"),
    ..Scenario::fault(
        "resolver-silent",
        "dns-failure",
        "the name server never answers",
        |network| {
            name::ask_router(network)?;
            name::answer(network, "silent")?;
            network.sshd()
        },
    )
};
