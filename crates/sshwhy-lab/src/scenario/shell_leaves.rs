//! The login works and the session ends at once with the code of the file.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["shell-invalid"],
    never: &["key-not-authorized"],
    plain: Plain::Fails("Exit status 3"),
    ..Scenario::fault(
        "shell-leaves",
        "shell-exits",
        "the account's .bashrc ends the shell",
        |network| {
            network
                .server
                .sh("for home in /root /home/alice; do echo 'exit 3' > $home/.bashrc; done")?;
            network.sshd()
        },
    )
};
