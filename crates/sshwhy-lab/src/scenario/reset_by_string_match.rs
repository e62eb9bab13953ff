//! The client is reset; the server hears nothing and waits.

use crate::fault::filter;
use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["dpi-block"],
    never: &["tcp-wrappers-deny", "maxstartups-throttled"],
    plain: Plain::Fails("Connection reset by"),
    ..Scenario::fault(
        "reset-by-string-match",
        "middlebox-reset",
        "a router rule finds `SSH-` in what the client sends and answers it with a reset",
        |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp --dport 22 -m string --algo bm --string SSH- \
                 -j REJECT --reject-with tcp-reset",
            )?;
            network.sshd()
        },
    )
};
