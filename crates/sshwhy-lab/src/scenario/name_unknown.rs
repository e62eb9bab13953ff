//! The name server says NXDOMAIN.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Name or service not known"),
    ..Scenario::fault("name-unknown", "dns-failure", "the name does not exist", |network| {
        name::ask_router(network)?;
        name::dnsmasq(network, "--host-record=other,10.77.2.2")?;
        network.sshd()
    })
};
