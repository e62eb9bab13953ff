//! `Permission denied`; the certificate itself says its dates.

use crate::fault::client;
use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("not yet valid"),
    honest: &["certificate-invalid", "key-not-authorized"],
    plain: Plain::Fails("Permission denied (publickey"),
    ..Scenario::fault(
        "certificate-not-yet-valid",
        "clock-skew",
        "the user's certificate becomes valid in ten minutes: the clocks differ",
        |network| {
            client::in_ssh_folders(
                network,
                "ssh-keygen -q -t ed25519 -N '' -f ca
                 ssh-keygen -q -s ca -I alice -n root,alice -V +10m:+1d id_ed25519.pub
                 cp ca.pub /tmp/ca-$(id -un).pub",
            )?;
            let authorities = network.client.sh("cat /tmp/ca-*.pub")?;
            network.server.write("/etc/ssh/ca.pub", &authorities)?;
            network.server.sh("rm /root/.ssh/authorized_keys /home/alice/.ssh/authorized_keys")?;
            network.sshd_with("TrustedUserCAKeys /etc/ssh/ca.pub")
        },
    )
};
