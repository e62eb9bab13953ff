//! SSH_MSG_USERAUTH_BANNER, not text before the identification.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("login-banner", "the server shows a banner before the login", |network| {
        network.server.write("/etc/ssh/banner", "Authorised use only.\nSystem is watched.\n")?;
        network.sshd_with("Banner /etc/ssh/banner")
    });
