//! The key exchange stalls: small packets pass, the large one is repeated for ever.

use crate::fault::path::{self, Towards};
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["sshd-hung", "ipqos-dscp", "firewall-drops-established"],
    plain: Plain::Hangs("expecting SSH2_MSG_KEX_ECDH_REPLY"),
    ..Scenario::fault(
        "mtu-just-below",
        "mtu-black-hole",
        "packets of more than 1492 bytes towards the server vanish; Ethernet carries 1500",
        |network| {
            path::mtu_hole(network, Towards::Server, 1492)?;
            network.sshd()
        },
    )
};
