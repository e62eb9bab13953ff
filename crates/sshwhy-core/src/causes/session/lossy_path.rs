//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Packets of every size are lost on the way again and again: a weak radio link, a full line, a
    /// duplex mismatch, a damaged cable, a shaper that drops. TCP sends them again after 200 ms, then
    /// after twice that, so that every step takes a random time.
    ///
    /// ## How it shows
    ///
    /// Everything works, slowly and unevenly; sometimes a try times out. `ss -tin dst HOST` counts
    /// retransmissions (`retrans:0/12`) on a connection that goes on. Of many small segments that
    /// we send some must be sent again.
    ///
    /// ## What looks alike
    ///
    /// `server-overloaded` acknowledges everything at once and answers late: there, nothing is sent
    /// again. `mtu-black-hole` loses every large packet and no small one. `slow-dns` and
    /// `slow-logind` wait at one step, for a constant time. `firewall-drops-established` never
    /// recovers.
    ///
    /// ## How to mend it
    ///
    /// Find the link: `mtr -T -P 22 HOST` from both ends shows the hop from which on packets are
    /// lost; `ip -s link` and `ethtool -S` count errors on our own. Until then, `mosh` or a `screen`
    /// on the server survive, and `ServerAliveInterval 15` with `ServerAliveCountMax 8` keeps ssh
    /// from giving up early.
    ///
    /// ## Risk
    ///
    /// None in looking.
    ///
    /// ## References
    ///
    /// RFC 6298 (retransmission timer); RFC 8985 (RACK); ss(8); mtr(8).
    LOSSY_PATH {
        id: "lossy-path",
        title: "packets are lost on the way again and again",
        stage: Session,
        commonness: Occasional,
        intermittent: true,
        predicts: {
            Connect: Established usually, Silent rarely;
            SynEnds: AtHost usually, OnTheWay sometimes;
            Repeat: Same usually, Mixed sometimes;
            Loss: Many always;
            Hello: Identification usually, Silent rarely;
            KexInit: Received usually, Silent rarely;
            KexReply: Received usually, Silent rarely;
            SlowStep: Nothing usually, Banner rarely, KeyExchange rarely, BeforeMethods rarely, Key rarely, Opening rarely;
            Login: Accepted usually, NeedsSecret sometimes, Silent rarely;
            Session: Starts usually, Silent rarely;
        },
        shown_by: [Loss::Many],
        remedy: "find the link: mtr -T -P {port} {host}   from both ends shows where packets are lost",
    }
}
