//! TCP repairs it, sometimes after a second.

use crate::fault::filter;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("lossy-link", "two packets in a hundred are lost", |network| {
        filter::iptables(
            &network.router,
            "-A FORWARD -p tcp -m statistic --mode random --probability 0.02 -j DROP",
        )?;
        network.sshd()
    });
