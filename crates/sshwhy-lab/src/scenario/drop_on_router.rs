//! The same on the wire as a drop on the server.

use crate::fault::filter;
use crate::scenario::{Plain, SILENT, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: SILENT,
    never: &["sshd-hung"],
    plain: Plain::Hangs("Connecting to server"),
    ..Scenario::fault("drop-on-router", "firewall-drop", "the router drops the SYN", |network| {
        filter::iptables(&network.router, "-A FORWARD -p tcp --dport 22 -j DROP")?;
        network.sshd()
    })
};
