//! The reset comes when the server would speak, also when the client stays silent.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dpi-block"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "reset-on-banner",
        "middlebox-reset",
        "a box resets both ends when it sees the server's identification",
        |network| {
            middlebox::between(network, &[middlebox::FROM_SERVER, "contains=SSH-", "do=reset"])?;
            network.sshd()
        },
    )
};
