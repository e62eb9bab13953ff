//! All of them are in the client's lists.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("modern-only", "the server accepts one algorithm of each kind", |network| {
        network.sshd_with(
            "KexAlgorithms curve25519-sha256
Ciphers aes256-gcm@openssh.com
HostKeyAlgorithms ssh-ed25519
MACs hmac-sha2-512-etm@openssh.com",
        )
    });
