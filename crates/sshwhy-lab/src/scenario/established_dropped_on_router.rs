//! As on the server; from the client nobody can tell where.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["middlebox-drop"],
    never: &["sshd-hung"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "established-dropped-on-router",
        "firewall-drops-established",
        "the router passes SYN and SYN-ACK and drops what the client sends then",
        |network| {
            filter::iptables(&network.router, "-A FORWARD -p tcp --dport 22 ! --syn -j DROP")?;
            network.sshd()
        },
    )
};
