//! As many providers do.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("marks-bleached", "the router clears the DSCP of every packet", |network| {
        network.router.sh("iptables-nft -t mangle -A FORWARD -j DSCP --set-dscp 0")?;
        network.sshd()
    });
