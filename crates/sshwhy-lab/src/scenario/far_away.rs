//! As over a satellite or another continent.

use crate::fault::middlebox;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("far-away", "a round trip of 300 ms", |network| {
        middlebox::between(network, &["delay=150"])?;
        network.sshd()
    });
