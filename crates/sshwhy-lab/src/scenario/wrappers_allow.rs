//! hosts.allow names this client.

use crate::fault::daemon;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("wrappers-allow", "hosts.deny refuses all others", |network| {
        daemon::hosts_deny(network, "ALL: ALL")?;
        network.server.write("/etc/hosts.allow", "sshd: 10.77.1.2\n")?;
        network.sshd()
    });
