//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A rule of the client's own packet filter (or of its VPN's "kill switch", or a container's
    /// network policy) drops or rejects packets to that address or port on their way out.
    ///
    /// ## How it shows
    ///
    /// Dropped: a time-out exactly like a remote one; Linux tells connect() nothing. No packet
    /// reaches the wire, and the counter TcpRetransFail grows with each try. Rejected: `Connection
    /// refused` or `No route to host` faster than any packet can travel to the host. The server
    /// sees nothing.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` and `firewall-reject` act elsewhere: the packet leaves, and a refusal takes
    /// a round trip. `local-network-permission` stops one program, not all. `vpn-policy-denied`
    /// lets the packet into the tunnel.
    ///
    /// ## How to mend it
    ///
    /// Find the rule: `sudo nft list ruleset` or `sudo iptables -vnL OUTPUT` before and after one
    /// try; its counter moves. Admit this destination and port above it, with the tool that owns
    /// the rules (ufw, firewalld, the VPN client).
    ///
    /// ## Risk
    ///
    /// Small when one destination is admitted. Do not flush the chain: with a policy of drop that
    /// cuts everything.
    ///
    /// ## References
    ///
    /// nft(8), hook output; iptables-extensions(8), REJECT.
    LOCAL_FIREWALL {
        id: "local-firewall",
        title: "this machine's own packet filter stops the connection",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            LocalFilter: Stops always;
            LocalSend: Fails usually, Leaves sometimes;
            Connect: Silent usually, PortUnreachable sometimes, Reset sometimes,
                AdminProhibited rarely, HostUnreachable rarely, LocalDenied usually,
                Refused rarely;
            IcmpSender: OwnHost always;
            RefusalSpeed: TooFast always;
            SynEnds: OnTheWay always;
            OtherPort: Refused usually, Silent sometimes, Rejected sometimes;
            Echo: Replies usually, Silent sometimes;
            SynArrives: DoesNotArrive always;
        },
        shown_by: [LocalFilter::Stops],
        remedy: "find the rule on this machine whose counter moves: sudo nft list ruleset; sudo \
                  iptables -vnL OUTPUT",
    }
}
