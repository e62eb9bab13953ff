//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh marks its packets (DSCP AF21, CS1 or EF, by version; older ones and Debian: the TOS
    /// values lowdelay and throughput). A device on the way drops or mistreats packets with such a
    /// marking. From OpenSSH 8.5 on the SYN is marked already.
    ///
    /// ## How it shows
    ///
    /// The SYN gets no answer, while other programs reach the same port; or login works, and the
    /// session hangs when its class changes (`ssh HOST command`, scp, git). Size does not matter.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` drops the unmarked packet too. `mtu-black-hole` depends on the size, and
    /// begins before the login.
    ///
    /// ## How to mend it
    ///
    /// `ssh -o IPQoS=none HOST` works at once. Keep it in a `Host` block; if the server's packets
    /// are dropped, also `IPQoS none` in its sshd_config. Tell the owner of the device.
    ///
    /// ## Risk
    ///
    /// None: the marking is a wish.
    ///
    /// ## References
    ///
    /// ssh_config(5), IPQoS; RFC 8325; OpenSSH release notes 7.8, 8.5 and 10.1.
    IPQOS_DSCP {
        id: "ipqos-dscp",
        title: "packets with ssh's DSCP marking are dropped on the way",
        stage: Session,
        commonness: Rare,
        predicts: {
            Connect: Silent usually, Established usually;
            SynEnds: OnTheWay usually, AtHost usually;
            Dscp: Helps usually, Same usually;
            OtherPort: Refused usually, Silent sometimes;
            Session: Silent usually, Starts rarely;
            SessionDscp: Helps always;
            SynArrives: Arrives sometimes, DoesNotArrive usually;
        },
        shown_by: [Dscp::Helps, SessionDscp::Helps],
        remedy: "ssh -o IPQoS=none {destination}   and keep IPQoS none for this host in ~/.ssh/config",
    }
}
