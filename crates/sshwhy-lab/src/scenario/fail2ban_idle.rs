//! Its rules exist only while somebody is banned.

use crate::fault::daemon;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("fail2ban-idle", "fail2ban runs and has banned nobody", |network| {
        network.sshd()?;
        daemon::fail2ban(network, "banaction = iptables-multiport")
    });
