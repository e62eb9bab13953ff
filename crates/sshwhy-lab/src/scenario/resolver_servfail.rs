//! The name server says SERVFAIL; getaddrinfo tries twice and calls it temporary.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Temporary failure in name resolution"),
    ..Scenario::fault("resolver-servfail", "dns-failure", "the name server fails", |network| {
        name::ask_router(network)?;
        name::answer(network, "servfail")?;
        network.sshd()
    })
};
