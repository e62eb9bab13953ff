//! Two probes at once are allowed; three are not.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("maxstartups-low", "MaxStartups 2, and nobody else connects", |network| {
        network.sshd_with("MaxStartups 2")
    });
