//! ICMP port unreachable answers the question.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Temporary failure in name resolution"),
    ..Scenario::fault(
        "resolver-absent",
        "dns-failure",
        "nothing listens at the name server's address",
        |network| {
            name::ask_router(network)?;
            network.sshd()
        },
    )
};
