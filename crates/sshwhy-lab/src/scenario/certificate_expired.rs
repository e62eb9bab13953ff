//! `Permission denied`; the certificate itself says its dates.

use crate::fault::client;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("auth.log"),
    honest: &["key-not-authorized"],
    plain: Plain::Fails("Permission denied (publickey"),
    ..Scenario::fault(
        "certificate-expired",
        "certificate-invalid",
        "the user's certificate has expired",
        |network| {
            client::in_ssh_folders(
                network,
                "ssh-keygen -q -t ed25519 -N '' -f ca
                 ssh-keygen -q -s ca -I alice -n root,alice -V 20200101:20200201 id_ed25519.pub
                 cp ca.pub /tmp/ca-$(id -un).pub",
            )?;
            let authorities = network.client.sh("cat /tmp/ca-*.pub")?;
            network.server.write("/etc/ssh/ca.pub", &authorities)?;
            network.server.sh("rm /root/.ssh/authorized_keys /home/alice/.ssh/authorized_keys")?;
            network.sshd_with("TrustedUserCAKeys /etc/ssh/ca.pub")
        },
    )
};
