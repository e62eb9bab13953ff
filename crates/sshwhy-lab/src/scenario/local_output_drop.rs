//! Exactly as a drop on the way: connect() gets no error, and no SYN leaves the machine.

use crate::fault::filter;
use crate::scenario::{Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "local-output-drop",
        "local-firewall",
        "the client's own nftables drops port 22 on the way out",
        |network| {
            filter::nft(&network.client, "output", "tcp dport 22 drop")?;
            network.sshd()
        },
    )
};
