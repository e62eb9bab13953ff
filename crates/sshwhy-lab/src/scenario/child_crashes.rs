//! The listener runs the new binary for each connection, and that one crashes.

use crate::scenario::{CHILD_DIES, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/usr/sbin/sshd"),
    honest: CHILD_DIES,
    never: &["tcp-wrappers-deny", "middlebox-reset"],
    plain: Plain::Fails("kex_exchange_identification:"),
    ..Scenario::fault(
        "child-crashes",
        "sshd-crash",
        "the sshd child is killed by a signal before it says anything",
        |network| {
            network.sshd()?;
            network.server.sh("rm /usr/sbin/sshd")?;
            network.server.write("/usr/sbin/sshd", "#!/bin/sh\nkill -SEGV $$\n")?;
            network.server.sh("chmod 755 /usr/sbin/sshd").map(drop)
        },
    )
};
