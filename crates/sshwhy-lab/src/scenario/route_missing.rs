//! connect() fails at once: network is unreachable.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Network is unreachable"),
    ..Scenario::fault("route-missing", "no-route", "the client has no default route", |network| {
        network.client.sh("ip route delete default")?;
        network.sshd()
    })
};
