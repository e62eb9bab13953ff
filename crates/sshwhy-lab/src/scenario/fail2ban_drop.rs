//! Silence, as from any filter that drops.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("jail"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "fail2ban-drop",
        "fail2ban-ban",
        "fail2ban has banned the client and drops its packets",
        |network| {
            network.sshd()?;
            daemon::fail2ban_ban(network, "banaction = iptables-allports[blocktype=DROP]")
        },
    )
};
