//! The child says its identification and dies before its first packet.

use crate::scenario::{CHILD_DIES, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    honest: CHILD_DIES,
    never: &["tcp-wrappers-deny", "middlebox-reset", "mtu-black-hole"],
    plain: Plain::Fails("Connection"),
    ..Scenario::fault(
        "capability-missing",
        "container-capability-missing",
        "sshd runs without CAP_SYS_CHROOT, as in a container",
        |network| {
            network.server.sh("setpriv --bounding-set -sys_chroot /usr/sbin/sshd")?;
            network.server.await_listener(22)
        },
    )
};
