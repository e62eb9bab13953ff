//! Silence: the server sees 10.77.2.1.

use crate::fault::filter;
use crate::scenario::{Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "source-translated",
        "source-address-mismatch",
        "the server admits the client's address, but the router hides it behind its own",
        |network| {
            network.router.sh("iptables-nft -t nat -A POSTROUTING -o server0 -j MASQUERADE")?;
            filter::nft(&network.server, "input", "tcp dport 22 ip saddr != 10.77.1.2 drop")?;
            network.sshd()
        },
    )
};
