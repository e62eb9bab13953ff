//! Closed at once with the line `Not allowed at this time`, every time.

use crate::fault::crowd;
use crate::root::Root;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("penalty"),
    honest: &["maxstartups-throttled", "per-source-limit"],
    never: &["tcp-wrappers-deny", "middlebox-reset"],
    server: Root::Trixie,
    plain: Plain::Fails("Not allowed at this time"),
    ..Scenario::fault(
        "penalty",
        "per-source-penalty",
        "OpenSSH 10 penalises this address after failed logins",
        |network| {
            network.sshd()?;
            crowd::fail_logins(network, 5)
        },
    )
};
