//! Pings and all other ports are silent.

use crate::fault::filter;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "strict-firewall",
    "everything is dropped but this client's SSH",
    |network| {
        filter::nft(&network.server, "input", "ct state established,related accept")?;
        filter::nft(&network.server, "input", "ip saddr 10.77.1.2 tcp dport 22 accept")?;
        filter::nft(&network.server, "input", "drop")?;
        network.sshd()
    },
);
