//! Closed at once after the handshake: a reset when our identification was unread, an end
//! otherwise.

use crate::fault::daemon;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["resource-exhausted", "sshd-helper-missing"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled"],
    plain: Plain::Fails("kex_exchange_identification:"),
    ..Scenario::fault(
        "forwarder-closes",
        "load-balancer-reset",
        "a port forwarder accepts, reaches nothing and closes",
        |network| daemon::service(network, 22, "close"),
    )
};
