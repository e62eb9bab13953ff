//! The error comes from an own address and faster than any host could answer.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["firewall-reject"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "local-output-reject",
        "local-firewall",
        "the client's own nftables rejects port 22 on the way out",
        |network| {
            filter::nft(&network.client, "output", "tcp dport 22 reject")?;
            network.sshd()
        },
    )
};
