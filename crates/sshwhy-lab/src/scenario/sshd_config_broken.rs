//! As a stopped sshd: a client cannot know why nothing listens.

use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Explains("sshd-config-error", "/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: REFUSED,
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "sshd-config-broken",
        "no-listener",
        "sshd did not start: its configuration is invalid",
        |network| {
            network.server.write("/etc/ssh/sshd_config.d/lab.conf", "PermitRootLogins yes\n")?;
            network.server.sh("! /usr/sbin/sshd 2> /dev/null").map(drop)
        },
    )
};
