//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A VPN client, a "fake IP" proxy or an endpoint agent takes every outgoing connection and
    /// answers it itself. The TCP handshake succeeds with the program, whatever lies behind it; SSH
    /// is then closed, reset or lost, because the program passes only the web or cannot reach the
    /// host.
    ///
    /// ## How it shows
    ///
    /// The address may be of the invented range 198.18.0.0/15. Every port of every address seems
    /// open, and the handshake takes no time at all. Then the connection is closed or reset before
    /// an identification string, or stays silent. The server sees nothing.
    ///
    /// ## What looks alike
    ///
    /// `captive-portal` and `middlebox-drop` sit outside of this machine: another machine on the
    /// same network fails too. `load-balancer-reset` answers on one port only. `local-firewall`
    /// does not complete the handshake.
    ///
    /// ## How to mend it
    ///
    /// Exclude the host, or port 22, in the program: a direct rule in the proxy, an exception in
    /// the agent. Test with the program switched off, if policy allows it, or from another machine
    /// on the same network.
    ///
    /// ## Risk
    ///
    /// An exception opens a way past the program for that one destination; leave the rest as it is.
    ///
    /// ## References
    ///
    /// RFC 2544 (198.18.0.0/15 is reserved for benchmarks, hence free to invent).
    LOCAL_PROXY_BLOCKS_SSH {
        id: "local-proxy-blocks-ssh",
        title: "a proxy or security program on this machine swallows the connection",
        stage: Banner,
        commonness: Rare,
        predicts: {
            AddressKind: FakeIp sometimes, Public sometimes, Private sometimes;
            LookupAgreement: Agree usually, ServersDiffer sometimes;
            OtherPort: Open usually, Refused rarely, Silent rarely;
            Echo: Silent usually, Replies sometimes;
            Hello: Closed sometimes, Reset sometimes, Silent sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, Other sometimes, FiveSeconds never;
            Notice: Nothing always;
            SilentHello: Silent sometimes, Closed sometimes, Reset sometimes;
            OddHello: Closed sometimes, Reset sometimes, Silent sometimes;
            SynArrives: DoesNotArrive always;
            EndSentBy: SomebodyElse always;
        },
        shown_by: [AddressKind::FakeIp],
        remedy: "exclude {host} in the VPN or proxy program on this machine, or try from a \
                  machine without it",
    }
}
