//! No IPv4 is tried.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    server_args: &["--from", "fd77:1::2", "--user", "alice"],
    args: &["server6"],
    plain_args: &["server6", "true"],
    ..Scenario::control("ipv6-only", "the name has an IPv6 address only", |network| {
        network.sshd_with("AddressFamily inet6")
    })
};
