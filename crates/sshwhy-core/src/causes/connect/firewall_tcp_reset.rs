//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A filter refuses our SYN with a forged reset (`reject with tcp reset`, ufw's `reject`), so
    /// that the port looks closed. sshd may listen behind it.
    ///
    /// ## How it shows
    ///
    /// `Connection refused` after one round trip, every time. When the filter sits on the server,
    /// the reset is the same as the one that its kernel sends for a closed port; when it sits on
    /// the way, the reset may have another TTL and come sooner.
    ///
    /// ## What looks alike
    ///
    /// `no-listener` and `sshd-listens-elsewhere` cannot be told from it by a client: only the
    /// listener and the rules of the server decide. `firewall-reject` answers by ICMP.
    /// `rate-limit-rule` may reset too, after some connections.
    ///
    /// ## How to mend it
    ///
    /// On the server: does sshd listen (`ss -ltn`) and does the counter of a reject rule move with
    /// each try? Then admit this source above that rule.
    ///
    /// ## Risk
    ///
    /// Admit one source; keep a session open while rules change.
    ///
    /// ## References
    ///
    /// nft(8), reject; iptables-extensions(8), REJECT `--reject-with`; ufw(8).
    FIREWALL_TCP_RESET {
        id: "firewall-tcp-reset",
        title: "a packet filter answers with a TCP reset",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            Connect: Reset always, Refused rarely;
            RefusalSpeed: RoundTrip usually, TooFast rarely;
            SynEnds: AtHost always, OnTheWay sometimes;
            OtherPort: Refused usually, Silent rarely;
            ServerFilter: Resets always;
            SynArrives: Arrives usually, DoesNotArrive sometimes;
        },
        shown_by: [ServerFilter::Resets],
        remedy: "on {where}: admit {source} to port {port} above the rule that rejects with \
                  a TCP reset",
    }
}
