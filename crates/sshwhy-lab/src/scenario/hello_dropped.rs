//! The server's identification arrives; ours is repeated and never acknowledged.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["middlebox-drop", "firewall-drops-established"],
    never: &["sshd-hung", "mtu-black-hole"],
    plain: Plain::Hangs("SSH2_MSG_KEXINIT sent"),
    ..Scenario::fault(
        "hello-dropped",
        "dpi-block",
        "a filter swallows the client's identification",
        |network| {
            middlebox::between(network, &[middlebox::FROM_CLIENT, "contains=SSH-", "do=drop"])?;
            network.sshd()
        },
    )
};
