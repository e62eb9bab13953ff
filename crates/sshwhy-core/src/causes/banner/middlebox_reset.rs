//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A firewall, an intrusion-prevention system or an endpoint product on the path ends the
    /// connection with a forged reset when bytes pass: ours, or the server's. The server did not
    /// end it and may log the client's leaving, or wait until its grace time is over.
    ///
    /// ## How it shows
    ///
    /// The handshake completes and the reset comes right after our identification string, every
    /// time. A connection on which we say nothing receives the server's identification. Or the
    /// reset comes when the server speaks, also when we are silent: a server's own end would then
    /// be a close.
    ///
    /// ## What looks alike
    ///
    /// `tcp-wrappers-deny` waits five seconds. `maxstartups-throttled` and `load-balancer-reset`
    /// end a silent connection too. `dpi-block` swallows instead, or resets only what looks like
    /// SSH. `sshd-crash` ends a silent connection with a close.
    ///
    /// ## How to mend it
    ///
    /// Prove it: capture on both ends; the reset was not sent by the server. Its TTL often differs
    /// from that of the SYN-ACK. Ask the owner of the network for an exception; or use a VPN, or
    /// ssh on port 443, where that is allowed.
    ///
    /// ## Risk
    ///
    /// Going around a filter may break the rules of that network.
    ///
    /// ## References
    ///
    /// RFC 9293 §3.5.3; RFC 3360.
    MIDDLEBOX_RESET {
        id: "middlebox-reset",
        title: "a device on the way forges a reset",
        stage: KexInit,
        commonness: Occasional,
        predicts: {
            Hello: Reset usually, Identification rarely, Closed rarely;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: TooFast usually, Possible usually;
            HelloAcked: Acked sometimes, NotAcked sometimes;
            Notice: Nothing always;
            SilentHello: Identification usually, Reset sometimes;
            OddHello: Complains usually, Reset usually;
            KexInit: Reset usually, Closed sometimes, Received sometimes;
            OtherBytes: Pass usually, Stopped sometimes;
            SmallProposal: Same usually, Helps sometimes;
            OtherPort: Refused sometimes, Silent sometimes;
            ServerLog: Nothing usually, PeerReset sometimes, LeftEarly sometimes;
            EndSentBy: SomebodyElse usually, NoSocket sometimes, Server rarely;
        },
        shown_by: [EndSentBy::SomebodyElse],
        remedy: "capture on both ends (sudo tcpdump -ni any port {port}) to prove it, and ask \
                  the network's owner",
    }
}
