//! The server cannot answer any more: silence.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("jail"),
    honest: SILENT,
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault(
        "fail2ban-route",
        "fail2ban-ban",
        "fail2ban has banned the client by a route (action `route`)",
        |network| {
            network.sshd()?;
            daemon::fail2ban_ban(network, "banaction = route")
        },
    )
};
