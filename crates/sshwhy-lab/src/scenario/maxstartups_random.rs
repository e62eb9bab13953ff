//! Sometimes closed at once with the line `Exceeded MaxStartups`, sometimes not.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("10"),
    honest: &["per-source-limit"],
    never: &["tcp-wrappers-deny", "middlebox-reset", "per-source-penalty"],
    plain: Plain::Varies,
    ..Scenario::fault(
        "maxstartups-random",
        "maxstartups-throttled",
        "every second connection is dropped by chance, because others hold ten",
        |network| {
            network.sshd_with("MaxStartups 10:50:100")?;
            crowd::hold(network, crowd::OTHER, 10)
        },
    )
};
