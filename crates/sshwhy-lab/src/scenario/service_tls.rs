//! A TLS alert and an end.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    never: &["tcp-wrappers-deny", "load-balancer-reset"],
    plain: Plain::Fails("invalid"),
    ..Scenario::fault(
        "service-tls",
        "wrong-service-on-port",
        "a TLS server listens on port 22",
        |network| daemon::service(network, 22, "tls"),
    )
};
