//! ICMPv6 administratively prohibited (1, 1): ssh says permission denied.

use crate::fault::filter;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("nft inet lab input"),
    honest: REJECTED,
    never: &["no-listener"],
    server_args: &["--from", "fd77:1::2", "--user", "alice"],
    args: &["server6"],
    plain: Plain::Fails("Permission denied"),
    plain_args: &["server6", "true"],
    ..Scenario::fault(
        "reject-ipv6",
        "firewall-reject",
        "the server rejects IPv6 with administratively prohibited, as firewalld does",
        |network| {
            filter::nft(
                &network.server,
                "input",
                "ip6 daddr fd77:2::2 tcp dport 22 reject with icmpv6 type admin-prohibited",
            )?;
            network.sshd()
        },
    )
};
