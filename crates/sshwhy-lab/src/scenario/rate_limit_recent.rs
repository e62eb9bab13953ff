//! Reset until the address has been quiet for a minute.

use crate::fault::{crowd, filter};
use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("recent"),
    honest: REFUSED,
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "rate-limit-recent",
        "rate-limit-rule",
        "three new connections a minute and no more (iptables recent); they are used up",
        |network| {
            filter::iptables_legacy(
                &network.server,
                "-A INPUT -p tcp --dport 22 --syn -m recent --name ssh --update \
                 --seconds 60 --hitcount 4 -j REJECT --reject-with tcp-reset",
            )?;
            filter::iptables_legacy(
                &network.server,
                "-A INPUT -p tcp --dport 22 --syn -m recent --name ssh --set -j ACCEPT",
            )?;
            network.sshd()?;
            crowd::fail_logins(network, 4)
        },
    )
};
