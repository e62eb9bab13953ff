//! ssh works; scp and sftp read the greeting as a packet.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    plain: Plain::Works,
    ..Scenario::fault(
        "shell-prints",
        "shell-startup-output",
        "the account's .bashrc prints a greeting, also without a terminal",
        |network| {
            network.server.sh("for home in /root /home/alice; do
                     echo 'echo Welcome to this host' > $home/.bashrc
                 done")?;
            network.sshd()
        },
    )
};
