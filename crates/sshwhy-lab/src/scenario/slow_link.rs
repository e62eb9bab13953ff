//! The key exchange takes a second.

use crate::fault::path;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("slow-link", "64 kbit/s in each direction", |network| {
        path::slow(network, "64kbit")?;
        network.sshd()
    });
