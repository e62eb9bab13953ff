//! The login works after ten seconds; the pause is before the first authentication answer.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("10.77.1.2"),
    honest: &["server-overloaded", "slow-logind"],
    plain: Plain::Works,
    ..Scenario::fault(
        "lookup-slow",
        "slow-dns",
        "the server asks a silent resolver for the client's name (UseDNS)",
        |network| {
            network.server.write("/etc/resolv.conf", "nameserver 10.77.2.1\n")?;
            network.server.sh("sed -i /client/d /etc/hosts")?;
            filter::nft(&network.router, "input", "udp dport 53 drop")?;
            network.sshd_with("UseDNS yes")
        },
    )
};
