//! Another implementation: short lists, other version string.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario =
    Scenario::control("dropbear-host", "the server is Dropbear", |network| {
        network.server.sh("mkdir -p /etc/dropbear
             for kind in ed25519 ecdsa rsa; do
                 dropbearconvert openssh dropbear /etc/ssh/ssh_host_${kind}_key \
                     /etc/dropbear/dropbear_${kind}_host_key 2> /dev/null
             done")?;
        network.server.spawn("dropbear -F -E")?;
        network.server.await_listener(22)
    });
