//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The unit of sshd, its socket unit or a slice above it has `IPAddressDeny=`, and our address
    /// is not in `IPAddressAllow=`. A filter in the kernel's control group throws our packets away
    /// where the socket would receive them.
    ///
    /// ## How it shows
    ///
    /// A time-out on this port only. `tcpdump` on the server shows the SYN arriving; no packet
    /// filter has a rule, and no counter of TCP moves.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` has a rule with a counter. `syn-backlog-overflow` counts ListenOverflows. To
    /// a client they are the same.
    ///
    /// ## How to mend it
    ///
    /// `systemctl show ssh.service ssh.socket system.slice -p IPAddressAllow -p IPAddressDeny`
    /// names the list; `systemctl edit` the unit that owns it and add `IPAddressAllow=ADDRESS`,
    /// then restart that unit. With socket activation the socket unit's list counts.
    ///
    /// ## Risk
    ///
    /// Restart in a way that leaves sessions alive, and keep one open.
    ///
    /// ## References
    ///
    /// systemd.resource-control(5), IPAddressAllow=.
    UNIT_IP_DENY {
        id: "unit-ip-deny",
        title: "systemd's IPAddressDeny= drops the packets",
        stage: Connect,
        commonness: Exotic,
        predicts: {
            Connect: Silent always;
            OtherPort: Refused usually, Silent rarely;
            Echo: Replies always;
            ServerFilter: UnitDenies always;
        },
        shown_by: [ServerFilter::UnitDenies],
        remedy: "on the server: systemctl show ssh.service ssh.socket system.slice -p \
                  IPAddressDeny   then allow {source} there",
    }
}
