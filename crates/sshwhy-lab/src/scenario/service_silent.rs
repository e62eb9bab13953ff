//! Our identification is acknowledged, nothing comes back: from here as an sshd that hangs.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: &["sshd-hung", "server-overloaded", "middlebox-drop", "dpi-block"],
    never: &["firewall-drop"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "service-silent",
        "wrong-service-on-port",
        "a service that waits for its client to speak listens on port 22",
        |network| daemon::service(network, 22, "silent"),
    )
};
