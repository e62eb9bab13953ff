//! As on many Ubuntu servers.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("ufw-allows", "ufw is on and allows SSH", |network| {
        network.server.sh("ufw allow 22/tcp > /dev/null; ufw --force enable > /dev/null")?;
        network.sshd()
    });
