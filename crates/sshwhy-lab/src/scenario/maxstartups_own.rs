//! As `maxstartups-hard`: the server counts all sources together.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("2"),
    honest: &["per-source-limit"],
    never: &["tcp-wrappers-deny"],
    plain: Plain::Fails("Exceeded MaxStartups"),
    ..Scenario::fault(
        "maxstartups-own",
        "maxstartups-throttled",
        "this machine's own half-open connections fill the limit",
        |network| {
            network.sshd_with("MaxStartups 2:100:2")?;
            crowd::hold(network, crowd::SELF, 2)
        },
    )
};
