//! ICMP port unreachable from the server.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("jail"),
    honest: REJECTED,
    never: &["no-listener"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "fail2ban-nftables",
        "fail2ban-ban",
        "fail2ban has banned the client on all ports (nftables-allports)",
        |network| {
            network.sshd()?;
            daemon::fail2ban_ban(network, "banaction = nftables-allports")
        },
    )
};
