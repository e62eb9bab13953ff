//! Sometimes closed at once with the line `Exceeded MaxStartups`, sometimes not.

use crate::fault::crowd;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    never: &["tcp-wrappers-deny", "middlebox-reset", "per-source-limit", "per-source-penalty"],
    plain: Plain::Varies,
    ..Scenario::fault(
        "maxstartups-random",
        "maxstartups-throttled",
        "seven in ten connections are dropped by chance, because others hold ten",
        |network| {
            network.sshd_with("MaxStartups 10:70:100")?;
            crowd::hold(network, crowd::OTHER, 10)
        },
    )
};
