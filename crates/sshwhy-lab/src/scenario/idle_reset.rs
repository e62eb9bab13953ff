//! A session works; the first packet after a pause is answered with a reset.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["nat-conntrack-expired"],
    args: &["--idle", "6s", "server"],
    plain: Plain::Fails(""),
    plain_args: &["-o", "ServerAliveInterval=4", "server", "sleep 9"],
    ..Scenario::fault(
        "idle-reset",
        "idle-timeout",
        "the router forgets connections after two idle seconds and resets what it does not know",
        |network| {
            network.router.sh("cd /proc/sys/net/netfilter
                 echo 2 > nf_conntrack_tcp_timeout_established
                 echo 0 > nf_conntrack_tcp_loose")?;
            filter::nft(
                &network.router,
                "forward",
                "meta l4proto tcp ct state invalid reject with tcp reset",
            )?;
            filter::nft(
                &network.router,
                "forward",
                "tcp flags & (syn | ack) == ack ct state new reject with tcp reset",
            )?;
            network.sshd()
        },
    )
};
