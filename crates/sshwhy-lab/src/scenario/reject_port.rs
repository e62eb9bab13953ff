//! iptables' and fail2ban's default: ICMP port unreachable (3, 3).

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["firewall-drop", "no-listener"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "reject-port",
        "firewall-reject",
        "the server rejects the SYN with ICMP port unreachable",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "tcp dport 22 reject with icmpx type port-unreachable",
            )?;
            network.sshd()
        },
    )
};
