//! Connected, then silence.

use crate::fault::middlebox;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["middlebox-drop", "firewall-drops-established"],
    never: &["sshd-hung"],
    plain: Plain::Hangs(""),
    ..Scenario::fault(
        "flow-blocked",
        "dpi-block",
        "a box recognises SSH by its first bytes and drops the connection from then on",
        |network| {
            middlebox::between(
                network,
                &[middlebox::FROM_CLIENT, "contains=SSH-", "do=drop-flow"],
            )?;
            network.sshd()
        },
    )
};
