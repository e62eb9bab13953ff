//! The measure of all others.

use crate::network::Network;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("plain-host", "nothing: OpenSSH 9.2 as Debian 12 installs it", Network::sshd);
