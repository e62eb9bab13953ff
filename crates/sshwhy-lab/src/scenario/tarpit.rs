//! ssh reads text for ever.

use crate::fault::daemon;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["wrong-service-on-port"],
    never: &["sshd-hung"],
    plain: Plain::Hangs("banner line"),
    ..Scenario::fault(
        "tarpit",
        "invalid-server-banner",
        "a tarpit sends a line every second and never an identification",
        |network| daemon::service(network, 22, "tarpit"),
    )
};
