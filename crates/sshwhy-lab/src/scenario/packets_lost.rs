//! One packet in twenty is lost and one in ten overtaken, as over a weak radio link: slow, and in order.

use crate::fault::middlebox;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("packets-lost", "a road on which packets are lost", |network| {
        middlebox::between(network, &["delay=20", "lose=50", "late=100"])?;
        network.sshd()
    });
