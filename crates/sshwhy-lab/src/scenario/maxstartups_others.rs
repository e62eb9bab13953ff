//! As `maxstartups-hard` nearly every time; the default is 10:30:100.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("98"),
    honest: &["per-source-limit"],
    never: &["tcp-wrappers-deny", "middlebox-reset"],
    plain: Plain::Varies,
    ..Scenario::fault(
        "maxstartups-others",
        "maxstartups-throttled",
        "the default limit, and another machine holds so many connections that few pass",
        |network| {
            network.sshd()?;
            crowd::hold(network, crowd::OTHER, 98)
        },
    )
};
