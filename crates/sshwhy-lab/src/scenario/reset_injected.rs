//! As `reset-on-hello`; the server's identification may arrive after the reset.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dpi-block"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "reset-injected",
        "middlebox-reset",
        "a box beside the path injects a reset after the client's identification",
        |network| {
            middlebox::between(network, &[middlebox::FROM_CLIENT, "contains=SSH-", "do=inject"])?;
            network.sshd()
        },
    )
};
