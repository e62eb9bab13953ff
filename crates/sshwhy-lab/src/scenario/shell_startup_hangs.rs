//! The login works and the session opens; then nothing comes, whatever is run.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["slow-logind", "ipqos-dscp"],
    plain: Plain::Hangs(""),
    ..Scenario::fault(
        "shell-startup-hangs",
        "shell-startup-hangs",
        "/etc/ssh/sshrc waits for something that does not come",
        |network| {
            network.server.write("/etc/ssh/sshrc", "exec sleep 1000\n")?;
            network.sshd()
        },
    )
};
