//! A `220` greeting and then silence.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    never: &["tcp-wrappers-deny", "load-balancer-reset"],
    plain: Plain::Hangs(""),
    ..Scenario::fault(
        "service-smtp",
        "wrong-service-on-port",
        "a mail server listens on port 22",
        |network| daemon::service(network, 22, "smtp"),
    )
};
