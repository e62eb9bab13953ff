//! Port 22 refuses; only one who tries 2222 knows.

use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("2222"),
    honest: REFUSED,
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "sshd-other-port",
        "sshd-listens-elsewhere",
        "sshd listens on port 2222 only",
        |network| {
            network.server.sh("/usr/sbin/sshd -p 2222")?;
            network.server.await_listener(2222)
        },
    )
};
