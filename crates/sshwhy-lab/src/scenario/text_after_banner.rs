//! `Bad packet length`: four letters read as a number.

use crate::fault::daemon;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["mac-corrupted", "wrong-service-on-port"],
    plain: Plain::Fails("Bad packet length"),
    ..Scenario::fault(
        "text-after-banner",
        "server-protocol-bug",
        "the server sends text where packets belong",
        |network| daemon::service(network, 22, "babble"),
    )
};
