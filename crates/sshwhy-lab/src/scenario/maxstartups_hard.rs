//! Closed at once with the line `Exceeded MaxStartups`, every time.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("3"),
    honest: &["per-source-limit"],
    never: &["tcp-wrappers-deny", "middlebox-reset", "per-source-penalty"],
    plain: Plain::Fails("Exceeded MaxStartups"),
    ..Scenario::fault(
        "maxstartups-hard",
        "maxstartups-throttled",
        "three unauthenticated connections are the limit and somebody holds three",
        |network| {
            network.sshd_with("MaxStartups 3:100:3")?;
            crowd::hold(network, crowd::OTHER, 3)
        },
    )
};
