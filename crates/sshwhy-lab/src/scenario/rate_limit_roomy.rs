//! Twenty new connections a minute are allowed.

use crate::fault::filter;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "rate-limit-roomy",
    "`ufw limit`-like rule with room",
    |network| {
        filter::iptables(
            &network.server,
            "-A INPUT -p tcp --dport 22 --syn -m hashlimit --hashlimit-name ssh --hashlimit-mode srcip \
             --hashlimit-above 20/minute --hashlimit-burst 20 -j REJECT",
        )?;
        network.sshd()
    },
);
