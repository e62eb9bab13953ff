//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Bytes change between the two ends without TCP noticing: a network card or driver that
    /// computes checksums wrongly, bad memory, a VPN or a device that rewrites packets. TCP's
    /// checksum is weak or made anew on the way; SSH's MAC notices and ends the connection.
    ///
    /// ## How it shows
    ///
    /// `ssh_dispatch_run_fatal: Connection to HOST port 22: message authentication code incorrect`,
    /// often after `Corrupted MAC on input.`; or `Bad packet length N.`; before encryption
    /// `incorrect signature`. It strikes at random, sooner in bulk transfers. When our packets are
    /// the damaged ones, we only see the connection close, and the server logs the sentence.
    ///
    /// ## What looks alike
    ///
    /// `server-protocol-bug`: always at the same place, and N of `Bad packet length N.` read as
    /// four letters is text. An incorrect signature every single time is a device that rewrites
    /// the exchange, or somebody in the middle: do not go on.
    ///
    /// ## How to mend it
    ///
    /// Find the machine: does a bulk copy by another way (`sha256sum` on both ends) differ too, to
    /// which hosts, over which card or VPN? Switch off one offload of the card at a time until it
    /// stops, then update the driver or replace the card. Other ciphers do not help.
    ///
    /// ## Risk
    ///
    /// Without offload the processor works a little more. The setting is gone after a restart.
    ///
    /// ## References
    ///
    /// RFC 4253 §6.4; ethtool(8) `-K`; OpenSSH packet.c.
    MAC_CORRUPTED {
        id: "mac-corrupted",
        title: "packets are damaged on the way",
        stage: Session,
        commonness: Rare,
        predicts: {
            KexReply: Received usually, BadSignature sometimes, Garbage rarely;
            Login: Accepted usually, NeedsSecret sometimes, Corrupted sometimes;
            Session: Corrupted usually, Starts sometimes, Closed rarely;
            ServerLog: Nothing usually, PeerReset rarely;
            EndSentBy: Server usually;
        },
        shown_by: [Session::Corrupted, Login::Corrupted, KexReply::BadSignature],
        remedy: "test, one at a time: sudo ethtool -K IFACE gro off (then gso, tso, rx, tx); undo with on",
    }
}
