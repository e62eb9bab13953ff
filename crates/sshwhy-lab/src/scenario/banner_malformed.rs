//! It begins with `SSH-` and has no version.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: &["wrong-service-on-port"],
    plain: Plain::Fails("banner"),
    ..Scenario::fault(
        "banner-malformed",
        "invalid-server-banner",
        "the server's identification is not one",
        |network| daemon::service(network, 22, "malformed"),
    )
};
