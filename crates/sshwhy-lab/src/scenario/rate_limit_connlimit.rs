//! Reset as long as the others stay.

use crate::fault::{crowd, filter};
use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("connlimit"),
    honest: REFUSED,
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "rate-limit-connlimit",
        "rate-limit-rule",
        "at most three connections per address (iptables connlimit); this user has three",
        |network| {
            filter::iptables(
                &network.server,
                "-A INPUT -p tcp --dport 22 --syn -m connlimit --connlimit-above 3 \
                 -j REJECT --reject-with tcp-reset",
            )?;
            network.sshd()?;
            crowd::hold(network, crowd::SELF, 3)
        },
    )
};
