//! Connected, then silence in both directions; our identification is never acknowledged.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["middlebox-drop", "firewall-drops-established"],
    never: &["sshd-hung"],
    plain: Plain::Hangs("Local version string"),
    ..Scenario::fault(
        "content-dropped",
        "dpi-block",
        "a filter swallows every packet that contains `SSH-`",
        |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp -m string --algo bm --string SSH- -j DROP",
            )?;
            network.sshd()
        },
    )
};
