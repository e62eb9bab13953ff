//! The key that answers is on record, but for another name; ssh only says that the key has changed.

use crate::fault::name;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["host-key-changed"],
    plain: Plain::Fails("REMOTE HOST IDENTIFICATION HAS CHANGED"),
    ..Scenario::fault(
        "name-wrong-host",
        "dns-wrong-address",
        "the name leads to another machine that runs sshd too",
        |network| {
            name::ask_router(network)?;
            name::dnsmasq(network, "--host-record=server,10.77.1.1")?;
            network.router.sh("/usr/sbin/sshd")?;
            network.router.await_listener(22)?;
            network.sshd()
        },
    )
};
