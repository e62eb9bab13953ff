//! As `wrappers-deny`: a client cannot see whom else the rule names.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/hosts.deny:"),
    honest: &["fail2ban-ban", "ban-daemon"],
    never: &["maxstartups-throttled", "middlebox-reset"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "wrappers-deny-one",
        "tcp-wrappers-deny",
        "hosts.deny refuses this address only",
        |network| {
            daemon::hosts_deny(network, "sshd: 10.77.1.2")?;
            network.sshd()
        },
    )
};
