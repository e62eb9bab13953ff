//! ssh warns in a box and ends.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["host-key-changed"],
    plain: Plain::Fails("REVOKED HOST KEY DETECTED"),
    ..Scenario::fault(
        "host-key-revoked",
        "host-key-revoked",
        "known_hosts marks the server's key as revoked",
        |network| {
            network.client.sh(
                "cut -d' ' -f2- /etc/ssh/ssh_known_hosts | sed 's/^/@revoked * /' > /tmp/revoked
                 cat /tmp/revoked >> /etc/ssh/ssh_known_hosts",
            )?;
            network.sshd()
        },
    )
};
