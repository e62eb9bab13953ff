//! The kernel completes the handshake and acknowledges our identification; nobody answers.

use crate::fault::daemon;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("sshd"),
    honest: &["server-overloaded", "wrong-service-on-port", "middlebox-drop"],
    never: &["firewall-drop", "firewall-drops-established"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "sshd-frozen",
        "sshd-hung",
        "sshd is stopped (SIGSTOP); its listen queue has room",
        |network| {
            network.sshd()?;
            daemon::freeze(network)
        },
    )
};
