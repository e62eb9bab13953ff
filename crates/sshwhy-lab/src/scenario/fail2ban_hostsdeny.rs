//! The signature of TCP wrappers: a reset after five seconds.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/hosts.deny:"),
    honest: &["fail2ban-ban", "ban-daemon"],
    plain: Plain::Fails("Connection reset by peer"),
    ..Scenario::fault(
        "fail2ban-hostsdeny",
        "tcp-wrappers-deny",
        "fail2ban has banned the client by /etc/hosts.deny (action `hostsdeny`)",
        |network| {
            network.sshd()?;
            daemon::fail2ban_ban(network, "banaction = hostsdeny[file=/etc/hosts.deny]")
        },
    )
};
