//! A session works; after a pause nothing passes any more.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["idle-timeout"],
    args: &["--idle", "6s", "server"],
    plain: Plain::Hangs(""),
    plain_args: &["server", "sleep 5; echo"],
    ..Scenario::fault(
        "idle-forgotten",
        "nat-conntrack-expired",
        "the router forgets connections after two idle seconds and drops what it does not know",
        |network| {
            network.router.sh("cd /proc/sys/net/netfilter
                 echo 2 > nf_conntrack_tcp_timeout_established
                 echo 0 > nf_conntrack_tcp_loose")?;
            filter::nft(&network.router, "forward", "ct state invalid drop")?;
            filter::nft(
                &network.router,
                "forward",
                "tcp flags & (syn | ack) == ack ct state new drop",
            )?;
            network.sshd()
        },
    )
};
