//! ufw rejects with ICMP port unreachable until the address has been quiet.

use crate::fault::crowd;
use crate::scenario::{OnServer, Plain, REJECTED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("ufw"),
    honest: REJECTED,
    never: &["no-listener"],
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "ufw-limit",
        "rate-limit-rule",
        "`ufw limit ssh`: six connections in thirty seconds; they are used up",
        |network| {
            network.server.sh("ufw limit 22/tcp > /dev/null; ufw --force enable > /dev/null")?;
            network.sshd()?;
            crowd::fail_logins(network, 7)
        },
    )
};
