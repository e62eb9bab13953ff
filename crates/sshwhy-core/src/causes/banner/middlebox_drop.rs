//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A firewall, SYN proxy, traffic scrubber or carrier box completes the handshake, or lets it
    /// pass, and then drops what follows in one or both directions.
    ///
    /// ## How it shows
    ///
    /// The connection opens and stays silent. When our bytes are swallowed they are never
    /// acknowledged; when the server's are, ours are acknowledged and nothing comes. A box that
    /// completes every handshake itself makes other ports seem open too.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drops-established` is the same on the server's own filter. `sshd-hung`
    /// acknowledges and answers nothing to anybody. `dpi-block` reacts to the words of SSH alone.
    /// `mtu-black-hole` stops large packets only.
    ///
    /// ## How to mend it
    ///
    /// Compare captures of both ends: what left one and did not reach the other names the
    /// direction. Ask the owner of the device for an exception; a VPN is often a way.
    ///
    /// ## Risk
    ///
    /// Going around a filter may break the rules of that network.
    ///
    /// ## References
    ///
    /// RFC 3234 (middleboxes).
    MIDDLEBOX_DROP {
        id: "middlebox-drop",
        title: "a device on the way swallows packets after the handshake",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Hello: Silent usually, Identification rarely;
            HelloAcked: NotAcked usually, Acked usually;
            OddAcked: Acked usually, NotAcked usually, OnlyThat never;
            Gap: Open usually, Closed usually;
            SilentHello: Silent usually, Identification rarely;
            OddHello: Silent always;
            OtherPort: Refused usually, Silent sometimes, Open sometimes;
            SynArrives: Arrives usually, DoesNotArrive sometimes;
        },
        shown_by: [],
        remedy: "capture on both ends (sudo tcpdump -ni any port {port}): what leaves one and \
                  misses the other names the device",
    }
}
