//! Debian 12's OpenSSH as it is installed.

use crate::network::Network;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("plain-host", "nothing: OpenSSH 9.2 as Debian installs it", Network::sshd);
