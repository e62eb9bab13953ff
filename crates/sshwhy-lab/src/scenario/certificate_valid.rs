//! authorized_keys does not exist.

use crate::fault::client;
use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("certificate-valid", "the user logs in by a certificate", |network| {
        client::in_ssh_folders(
            network,
            "ssh-keygen -q -t ed25519 -N '' -f ca
                 ssh-keygen -q -s ca -I alice -n root,alice id_ed25519.pub
                 cp ca.pub /tmp/ca-$(id -un).pub",
        )?;
        let authorities = network.client.sh("cat /tmp/ca-*.pub")?;
        network.server.write("/etc/ssh/ca.pub", &authorities)?;
        network.server.sh("rm /root/.ssh/authorized_keys /home/alice/.ssh/authorized_keys")?;
        network.sshd_with("TrustedUserCAKeys /etc/ssh/ca.pub")
    });
