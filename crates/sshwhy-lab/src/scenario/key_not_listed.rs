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
            network.server.sh("ssh-keygen -q -t ed25519 -N '' -f /tmp/other
                 for home in /root /home/alice; do
                     cat /tmp/other.pub > $home/.ssh/authorized_keys
                 done")?;
            network.sshd()
        },
    )
};
