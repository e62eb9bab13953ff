//! The key is accepted, then the server closes without a word.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/security/access.conf:1"),
    honest: &["account-expired", "nologin"],
    never: &["key-not-authorized"],
    args: &["alice@server"],
    plain: Plain::Fails("Connection closed by"),
    plain_args: &["alice@server", "true"],
    ..Scenario::fault("access-denied-by-pam", "pam-denied", "pam_access refuses alice", |network| {
        network.server.sh("sed -i '1i account required pam_access.so' /etc/pam.d/sshd
                 echo '-:alice:ALL' > /etc/security/access.conf")?;
        network.sshd()
    })
};
