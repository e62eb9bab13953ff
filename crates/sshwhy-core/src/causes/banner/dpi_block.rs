//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A filter looks into the packets and stops what begins with `SSH-`: it swallows that packet,
    /// blocks the flow from then on, or resets it. The port does not matter.
    ///
    /// ## How it shows
    ///
    /// The handshake completes. Our identification is never acknowledged while the server's arrives
    /// (ssh hangs after `SSH2_MSG_KEXINIT sent`), or nothing comes at all, or a reset comes at
    /// once. A first line that is not SSH passes and gets sshd's complaint. Some choke on a long
    /// KEXINIT, or stop a connection after so many bytes: then a short list of algorithms passes.
    ///
    /// ## What looks alike
    ///
    /// `middlebox-reset` resets whatever passes. `middlebox-drop` and `firewall-drops-established`
    /// swallow other bytes too. `mtu-black-hole` lets the small identification pass. `sshd-hung`
    /// acknowledges.
    ///
    /// ## How to mend it
    ///
    /// Ask the owner of the network; ssh within TLS or a VPN passes such filters, where that is
    /// allowed. Another port alone does not help.
    ///
    /// ## Risk
    ///
    /// Going around a filter may break the rules of that network, or the law.
    ///
    /// ## References
    ///
    /// RFC 7258; RFC 4253 §4.2.
    DPI_BLOCK {
        id: "dpi-block",
        title: "a device on the way recognises SSH by its content and blocks it",
        stage: KeyExchange,
        commonness: Occasional,
        predicts: {
            Hello: Silent usually, Identification sometimes, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            HelloAcked: NotAcked always, Acked sometimes;
            OddAcked: OnlyThat always;
            Notice: Nothing always;
            SilentHello: Identification usually, Silent usually, Reset rarely;
            OddHello: Complains usually, Silent usually;
            KexInit: Silent usually, Received sometimes, Reset sometimes;
            OtherBytes: Pass always, Stopped sometimes;
            SmallProposal: Same usually, Helps sometimes;
            KexReply: Silent sometimes, Reset sometimes;
            LargePackets: Pass always;
            Unacked: Everything usually, Nothing sometimes, LargeSegment sometimes;
            OtherPort: Refused usually, Silent sometimes;
            EndSentBy: SomebodyElse usually, NoSocket sometimes, Server rarely;
            ServerLog: Nothing usually, LeftEarly sometimes, GraceTime sometimes;
        },
        shown_by: [],
        remedy: "ask the network's owner to let SSH pass; compare with another network to prove it",
    }
}
