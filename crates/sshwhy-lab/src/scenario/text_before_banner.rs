//! RFC 4253 §4.2 allows it.

use crate::fault::daemon;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "text-before-banner",
    "a forwarder greets with two lines before the identification",
    |network| {
        network.server.sh("/usr/sbin/sshd -p 2200")?;
        network.server.await_listener(2200)?;
        daemon::service(network, 22, "greet")
    },
);
