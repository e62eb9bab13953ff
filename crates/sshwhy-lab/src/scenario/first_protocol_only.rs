//! The identification is `SSH-1.5`.

use crate::fault::daemon;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Fails("Protocol major versions differ"),
    ..Scenario::fault(
        "first-protocol-only",
        "protocol-version-mismatch",
        "the server speaks only SSH 1",
        |network| daemon::service(network, 22, "ssh1"),
    )
};
