//! A slow account check; sshd closes three seconds after the connection.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: &["disk-full", "login-limit", "pam-denied", "slow-logind"],
    never: &["mtu-black-hole", "key-not-authorized"],
    plain: Plain::Fails("Connection closed by"),
    ..Scenario::fault(
        "grace-expired",
        "login-grace-timeout",
        "the login takes longer than LoginGraceTime",
        |network| {
            network.server.sh(
                "sed -i '1i account required pam_exec.so quiet /bin/sleep 30' /etc/pam.d/sshd",
            )?;
            network.sshd_with("LoginGraceTime 3")
        },
    )
};
