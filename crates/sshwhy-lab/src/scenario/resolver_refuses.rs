//! The name server says REFUSED.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Temporary failure in name resolution"),
    ..Scenario::fault(
        "resolver-refuses",
        "dns-failure",
        "the name server refuses the client",
        |network| {
            name::ask_router(network)?;
            name::answer(network, "refused")?;
            network.sshd()
        },
    )
};
