//! The login works; the pause is between authentication and session.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["server-overloaded"],
    plain: Plain::Works,
    ..Scenario::fault(
        "session-slow",
        "slow-logind",
        "a session module stalls the login for eight seconds",
        |network| {
            network.server.sh(
                "sed -i '1i session optional pam_exec.so quiet /bin/sleep 8' /etc/pam.d/sshd",
            )?;
            network.sshd()
        },
    )
};
