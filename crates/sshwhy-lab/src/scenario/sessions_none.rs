//! The login works; the channel is refused.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    plain: Plain::Fails("open failed"),
    ..Scenario::fault(
        "sessions-none",
        "max-sessions",
        "MaxSessions 0: no session may be opened",
        |network| network.sshd_with("MaxSessions 0"),
    )
};
