//! The server's kernel answers the SYN with a reset.

use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: REFUSED,
    never: &["firewall-reject", "firewall-drop"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault("sshd-stopped", "no-listener", "sshd was not started", |network| {
        network.server.sh("true").map(drop)
    })
};
