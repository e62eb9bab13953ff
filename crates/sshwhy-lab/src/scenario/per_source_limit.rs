//! Closed at once with the line `Exceeded MaxStartups`, every time, from this source only.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("PerSourceMaxStartups"),
    honest: &["maxstartups-throttled"],
    never: &["tcp-wrappers-deny"],
    plain: Plain::Fails("Exceeded MaxStartups"),
    ..Scenario::fault(
        "per-source-limit",
        "per-source-limit",
        "one unauthenticated connection per source, and one is open",
        |network| {
            network.sshd_with("PerSourceMaxStartups 1")?;
            crowd::hold(network, crowd::SELF, 1)
        },
    )
};
