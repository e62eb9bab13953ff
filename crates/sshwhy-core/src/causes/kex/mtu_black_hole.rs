//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A link on the way carries smaller packets than both ends believe, and the ICMP message that
    /// should say so (*fragmentation needed*, or *packet too big* in IPv6) is filtered. Small
    /// packets pass, full-sized ones vanish without a word. The first full-sized packets of SSH
    /// are the client's KEXINIT (about 1,550 bytes) and the server's key exchange reply (about
    /// 1,600).
    ///
    /// ## How it shows
    ///
    /// `ssh -v` ends with `expecting SSH2_MSG_KEX_ECDH_REPLY` and hangs, until the server's
    /// LoginGraceTime closes the connection. Where not even 1,100 bytes pass, it ends with
    /// `SSH2_MSG_KEXINIT sent`. When our packets are lost, `ss -tino` shows bytes in Send-Q and a
    /// retransmission timer that doubles; when the server's are lost, Send-Q is 0 and later
    /// segments wait behind a hole. With segments of 536 bytes in both directions all is well.
    /// `ping` works, which misleads. The largest packet that passes is measured to the byte, each
    /// direction by itself; 1492 speaks for PPPoE, 1420 for WireGuard, 1450 for VXLAN.
    ///
    /// ## What looks alike
    ///
    /// `server-protocol-bug`: a peer that chokes on a long KEXINIT acknowledges it; a short list
    /// of algorithms helps there and small segments do not. `firewall-drops-established` and
    /// `middlebox-drop` lose small packets too. `server-overloaded`: all is acknowledged, nothing
    /// is missing, and nothing helps but waiting. `ipqos-dscp` depends on the marking and not on
    /// the size. A shorter list of algorithms shrinks the packets and so seems to cure this: it
    /// only moves the trouble into the session.
    ///
    /// ## How to mend it
    ///
    /// Best: let ICMP type 3 code 4 (IPv6: type 2) through the filter that eats it, or set the
    /// right MTU on the tunnel, or clamp the MSS there
    /// (`-p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu`). From the client alone: a
    /// route to this one host with a smaller MTU, which lowers what we send and, by the MSS that
    /// we announce, what the server sends. `tracepath -n HOST` shows where the size drops, if ICMP
    /// passes. Undo: `ip route del ADDRESS`.
    ///
    /// `net.ipv4.tcp_mtu_probing=1` helps only on the host that sends the lost packets, for all
    /// its connections.
    ///
    /// ## Risk
    ///
    /// None for others: the route concerns one address. Lowering the MTU of a whole interface
    /// makes every transfer a little slower.
    ///
    /// ## References
    ///
    /// RFC 2923 §2.1; RFC 1191; RFC 4821; ip-route(8) `mtu`; tracepath(8). There is no option
    /// `MTU` in ssh.
    MTU_BLACK_HOLE {
        id: "mtu-black-hole",
        title: "large packets vanish on the path and no ICMP says so",
        stage: KeyExchange,
        commonness: Occasional,
        predicts: {
            KexInit: Received usually, Silent sometimes;
            KexReply: Silent always;
            OtherBytes: Stopped always;
            LargePackets: Lost usually, TooLong usually, Pass rarely;
            Unacked: LargeSegment usually, Nothing usually, Everything rarely;
            Gap: Open usually, Closed usually;
            SmallSegments: Helps always;
            SmallProposal: Helps usually, Same sometimes;
            ServerLog: Nothing usually, GraceTime sometimes;
        },
        shown_by: [SmallSegments::Helps],
        remedy: "until the path is repaired, on this host: sudo ip route add {address} {way} mtu {mtu}",
    }
}
