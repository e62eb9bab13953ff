//! dnsmasq on the router answers.

use crate::fault::name;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "named-by-dns",
    "the name comes from a name server, not from a file",
    |network| {
        name::ask_router(network)?;
        name::dnsmasq(network, "--host-record=server,10.77.2.2")?;
        network.sshd()
    },
);
