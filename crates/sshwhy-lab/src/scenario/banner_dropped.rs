//! Our identification is acknowledged, nothing else comes: from here as a server that hangs.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dpi-block", "sshd-hung", "server-overloaded", "wrong-service-on-port"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "banner-dropped",
        "middlebox-drop",
        "a filter swallows the server's identification",
        |network| {
            middlebox::between(network, &[middlebox::FROM_SERVER, "contains=SSH-", "do=drop"])?;
            network.sshd()
        },
    )
};
