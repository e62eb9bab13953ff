//! Penalties and the split into three programs are on.

use crate::network::Network;
use crate::root::Root;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario {
    server: Root::Trixie,
    ..Scenario::control(
        "plain-new-host",
        "nothing: OpenSSH 10.0 as Debian 13 installs it",
        Network::sshd,
    )
};
