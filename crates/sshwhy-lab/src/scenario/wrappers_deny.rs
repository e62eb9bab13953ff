//! libwrap sleeps 5 s before it exits, so ssh fails after 5.0 s, without an identification string.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/hosts.deny:"),
    honest: &["fail2ban-ban", "ban-daemon"],
    never: &["maxstartups-throttled", "middlebox-reset", "load-balancer-reset"],
    plain: Plain::Fails("kex_exchange_identification: read: Connection reset by peer"),
    ..Scenario::fault(
        "wrappers-deny",
        "tcp-wrappers-deny",
        "hosts.deny refuses the client",
        |network| {
            daemon::hosts_deny(network, "ALL: ALL EXCEPT 10.77.2.")?;
            network.sshd()
        },
    )
};
