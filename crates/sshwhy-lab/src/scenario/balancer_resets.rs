//! Reset at once after the handshake, whether we speak or not.

use crate::fault::daemon;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["resource-exhausted"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "balancer-resets",
        "load-balancer-reset",
        "a load balancer accepts, finds no backend and resets",
        |network| daemon::service(network, 22, "reset"),
    )
};
