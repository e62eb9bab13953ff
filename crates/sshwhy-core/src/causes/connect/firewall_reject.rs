//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A filter on the server, or a router on the way, refuses our SYN and says so with an ICMP
    /// error: port unreachable (the default of iptables and nft), administratively or host
    /// prohibited (firewalld, router access lists), more rarely host, network or protocol
    /// unreachable.
    ///
    /// ## How it shows
    ///
    /// By the kind of ICMP error ssh says `Connection refused` (port), `No route to host` (host,
    /// prohibited), `Network is unreachable` (network), `Protocol not available`, or over IPv6
    /// `Permission denied`. It takes one round trip and is the same every time.
    ///
    /// ## What looks alike
    ///
    /// `fail2ban-ban` uses port unreachable too, usually for this one port. `rate-limit-rule`
    /// refuses for a while only. `no-listener` and `firewall-tcp-reset` answer with a TCP reset.
    /// `no-route` and `host-down` get their errors from a router, and never "prohibited".
    ///
    /// ## How to mend it
    ///
    /// On the sender of the ICMP error, admit this source: `firewall-cmd --zone=ZONE
    /// --add-rich-rule=…` (run-time first, `--permanent` after a proof), `ufw allow from SOURCE to
    /// any port 22`, or an nft rule above the reject.
    ///
    /// ## Risk
    ///
    /// Admit one source; keep a session open while rules change.
    ///
    /// ## References
    ///
    /// iptables-extensions(8), REJECT; firewalld.zone(5); RFC 792; RFC 1812 §5.2.7.1.
    FIREWALL_REJECT {
        id: "firewall-reject",
        title: "a packet filter answers with an ICMP error",
        stage: Connect,
        commonness: Common,
        predicts: {
            Connect: PortUnreachable usually, AdminProhibited sometimes, HostUnreachable rarely,
                NetUnreachable rarely, OtherIcmp rarely, Refused rarely;
            IcmpSender: Target usually, Router sometimes;
            RefusalSpeed: RoundTrip always;
            OtherPort: Rejected usually, Refused usually, Silent rarely;
            Echo: Replies usually, Unreachable rarely, Silent sometimes;
            SynArrives: Arrives usually, DoesNotArrive sometimes;
            ServerFilter: Rejects usually, Admits sometimes;
        },
        shown_by: [ServerFilter::Rejects],
        remedy: "on the sender of the ICMP error: admit {source} to port {port} above the rule \
                  that rejects",
    }
}
