//! The loader ends ssh before its first line.

use crate::scenario::{Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: &["client-config-error"],
    plain: Plain::Fails("error while loading shared libraries"),
    ..Scenario::fault(
        "client-library-missing",
        "library-version-mismatch",
        "the client's libcrypto is gone",
        |network| {
            network.client.sh("rm /usr/lib/x86_64-linux-gnu/libcrypto.so.3")?;
            network.sshd()
        },
    )
};
