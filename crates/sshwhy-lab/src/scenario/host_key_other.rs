//! ssh warns in a box and ends.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dns-wrong-address"],
    plain: Plain::Fails("REMOTE HOST IDENTIFICATION HAS CHANGED"),
    ..Scenario::fault(
        "host-key-other",
        "host-key-changed",
        "the host key is not the one on record",
        |network| {
            network.server.sh("rm /etc/ssh/ssh_host_*; ssh-keygen -q -A")?;
            network.sshd()
        },
    )
};
