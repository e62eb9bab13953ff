//! `HTTP/1.1 400` and an end.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: &["captive-portal"],
    never: &["tcp-wrappers-deny", "load-balancer-reset"],
    plain: Plain::Fails("kex_exchange_identification:"),
    ..Scenario::fault(
        "service-http",
        "wrong-service-on-port",
        "a web server listens on port 22",
        |network| daemon::service(network, 22, "http"),
    )
};
