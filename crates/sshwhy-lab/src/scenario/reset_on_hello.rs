//! The reset comes right after our first bytes; a client that stays silent gets the server's
//! identification.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dpi-block"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled", "load-balancer-reset"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "reset-on-hello",
        "middlebox-reset",
        "a box resets both ends when it sees the client's identification",
        |network| {
            middlebox::between(network, &[middlebox::FROM_CLIENT, "contains=SSH-", "do=reset"])?;
            network.sshd()
        },
    )
};
