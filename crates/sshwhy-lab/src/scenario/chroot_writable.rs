//! The login works, then the server ends: a reset right after the authentication.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/home/alice"),
    honest: &["resource-exhausted", "pam-denied", "sshd-crash"],
    never: &["middlebox-reset", "mtu-black-hole", "ipqos-dscp"],
    args: &["alice@server"],
    plain: Plain::Fails("Broken pipe"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault(
        "chroot-writable",
        "chroot-permissions",
        "ChrootDirectory belongs to the user",
        |network| network.sshd_with("Match User alice\n    ChrootDirectory /home/alice"),
    )
};
