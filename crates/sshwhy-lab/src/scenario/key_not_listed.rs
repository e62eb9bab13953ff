//! `Permission denied (publickey,password)`.

use crate::scenario::{DENIED, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: DENIED,
    plain: Plain::Fails("Permission denied (publickey"),
    ..Scenario::fault(
        "key-not-listed",
        "key-not-authorized",
        "the account's authorized_keys does not hold the key",
        |network| {
            network.server.sh("for home in /root /home/alice; do ssh-keygen -q -t ed25519 -N '' -f /tmp/other; mv /tmp/other.pub $home/.ssh/authorized_keys; rm /tmp/other; done; chown alice: /home/alice/.ssh/authorized_keys")?;
            network.sshd()
        },
    )
};
