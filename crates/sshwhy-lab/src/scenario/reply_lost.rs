//! The server sees the SYN and answers into the void; the client sees nothing.

use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("blackhole"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "reply-lost",
        "asymmetric-route",
        "the server's answers take another way and are lost",
        |network| {
            network.server.sh("ip route add blackhole 10.77.1.0/24")?;
            network.sshd()
        },
    )
};
