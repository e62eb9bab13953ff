//! IPv6 comes first.

use crate::network::Network;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    args: &["dual"],
    plain_args: &["dual", "true"],
    ..Scenario::control("both-families", "the name has addresses of both families", Network::sshd)
};
