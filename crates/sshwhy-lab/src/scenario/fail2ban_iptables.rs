//! ICMP port unreachable from the server.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("jail"),
    honest: REJECTED,
    never: &["no-listener"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "fail2ban-iptables",
        "fail2ban-ban",
        "fail2ban has banned the client (iptables-multiport, its default)",
        |network| {
            network.sshd()?;
            daemon::fail2ban_ban(network, "banaction = iptables-multiport")
        },
    )
};
