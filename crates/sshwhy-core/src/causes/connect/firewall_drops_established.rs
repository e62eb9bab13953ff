//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A rule admits the first packet of a connection only (`--syn`, `ct state new`), and nothing
    /// admits the packets that follow; or connection tracking takes them for invalid, because it
    /// sees half of the flow or lost its table.
    ///
    /// ## How it shows
    ///
    /// The TCP handshake completes, then nothing: our identification string is sent again and again
    /// and never acknowledged. ssh hangs after `Local version string`, or says `Connection timed
    /// out during banner exchange`. On the server the connection stays in SYN-RECV. Where the rule
    /// rejects with a reset instead, that is bare and has the server's time to live.
    ///
    /// ## What looks alike
    ///
    /// `sshd-hung` acknowledges our bytes. `middlebox-drop` and `dpi-block` sit on the way and look
    /// the same; `dpi-block` lets a silent connection have the server's identification string.
    /// `mtu-black-hole` gets through the identification.
    ///
    /// ## How to mend it
    ///
    /// Let the filter accept established connections: `ct state established,related accept`, in the
    /// right chain, put there with the tool that owns the rules. If such a rule is there,
    /// `conntrack -S` shows whether packets count as invalid.
    ///
    /// ## Risk
    ///
    /// That rule admits every flow that is already open, also those of a source banned meanwhile:
    /// put it below the bans.
    ///
    /// ## References
    ///
    /// nft(8), ct state; Documentation/networking/nf_conntrack-sysctl.rst.
    FIREWALL_DROPS_ESTABLISHED {
        id: "firewall-drops-established",
        title: "the filter lets the connection open and drops its later packets",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Hello: Silent always, Reset rarely;
            EndSentBy: NoSocket always, SomebodyElse sometimes;
            HelloAcked: NotAcked always, Acked never;
            OddAcked: NotAcked always, Acked never;
            SilentHello: Silent always;
            OddHello: Silent always;
            OtherPort: Refused sometimes, Silent usually;
            SynArrives: Arrives usually, DoesNotArrive sometimes;
            ServerFilter: DropsEstablished usually, Admits sometimes;
        },
        shown_by: [ServerFilter::DropsEstablished],
        remedy: "on the server or the filter before it: accept ct state established,related for \
                  port {port}",
    }
}
