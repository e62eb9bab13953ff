//! The same line as a penalty: `Not allowed at this time`.

use crate::fault::crowd;
use crate::root::Root;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("3"),
    honest: &["per-source-limit", "per-source-penalty"],
    never: &["tcp-wrappers-deny"],
    server: Root::Trixie,
    plain: Plain::Fails("Not allowed at this time"),
    ..Scenario::fault(
        "maxstartups-new-server",
        "maxstartups-throttled",
        "OpenSSH 10 with three unauthenticated connections held by somebody else",
        |network| {
            network.sshd_with("MaxStartups 3:100:3\nPerSourcePenalties no")?;
            crowd::hold(network, crowd::OTHER, 3)
        },
    )
};
