//! Silence, as from any filter that drops.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: SILENT,
    plain: Plain::Varies,
    ..Scenario::fault(
        "rate-limit-drop",
        "rate-limit-rule",
        "a meter of nftables drops more than two new connections a minute; they are used up",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 ct state new \
                 meter ssh { ip saddr limit rate over 2/minute burst 2 packets } drop",
            )?;
            network.sshd()?;
            network
                .client
                .try_sh("for n in 1 2 3; do timeout 1 ssh -o BatchMode=yes server true; done")
                .map(drop)
        },
    )
};
