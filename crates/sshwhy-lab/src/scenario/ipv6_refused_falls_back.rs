//! ssh falls back without any delay.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    args: &["dual"],
    plain_args: &["dual", "true"],
    ..Scenario::control(
        "ipv6-refused-falls-back",
        "IPv6 comes first and refuses; IPv4 works at once",
        |network| network.sshd_with("AddressFamily inet"),
    )
};
