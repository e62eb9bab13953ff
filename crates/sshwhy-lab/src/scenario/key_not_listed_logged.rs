//! With LogLevel VERBOSE sshd names the key that it refuses.

use crate::scenario::{DENIED, OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/var/log/auth.log:"),
    honest: DENIED,
    plain: Plain::Fails("Permission denied (publickey"),
    ..Scenario::fault(
        "key-not-listed-logged",
        "key-not-authorized",
        "the account's authorized_keys does not hold the key, and sshd logs which it refused",
        |network| {
            network.server.sh("ssh-keygen -q -t ed25519 -N '' -f /tmp/other
                 for home in /root /home/alice; do
                     cat /tmp/other.pub > $home/.ssh/authorized_keys
                 done")?;
            network.server.write("/etc/ssh/sshd_config.d/lab.conf", "LogLevel VERBOSE\n")?;
            network.sshd()
        },
    )
};
