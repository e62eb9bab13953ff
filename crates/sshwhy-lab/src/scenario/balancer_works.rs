//! The listener is not sshd; its peer is.

use crate::fault::daemon;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("balancer-works", "a port forwarder with a healthy backend", |network| {
        network.server.sh("/usr/sbin/sshd -p 2200")?;
        network.server.await_listener(2200)?;
        daemon::service(network, 22, "forward")
    });
