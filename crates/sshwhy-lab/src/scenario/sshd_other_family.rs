//! IPv4 refuses; ssh falls back from nothing, because the name has no IPv6 address.

use crate::scenario::{OnServer, Plain, REFUSED, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("22"),
    honest: REFUSED,
    plain: Plain::Fails("Connection refused"),
    ..Scenario::fault(
        "sshd-other-family",
        "sshd-listens-elsewhere",
        "sshd listens on IPv6 only",
        |network| network.sshd_with("AddressFamily inet6"),
    )
};
