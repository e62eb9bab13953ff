//! As at home.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "translated",
    "the router hides the client behind its own address",
    |network| {
        network.router.sh("iptables-nft -t nat -A POSTROUTING -o server0 -j MASQUERADE")?;
        network.sshd()
    },
);
