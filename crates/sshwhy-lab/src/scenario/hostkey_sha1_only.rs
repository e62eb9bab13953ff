//! ssh prints `Their offer: ssh-rsa`.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf"),
    honest: &["hostkey-alg-mismatch"],
    plain: Plain::Fails("no matching host key type found. Their offer: ssh-rsa"),
    ..Scenario::fault(
        "hostkey-sha1-only",
        "rsa-sha1-disabled",
        "the server signs with SHA-1 RSA only, as old devices do",
        |network| network.sshd_with("HostKey /etc/ssh/ssh_host_rsa_key\nHostKeyAlgorithms ssh-rsa"),
    )
};
