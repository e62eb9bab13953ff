//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A rule of a packet filter counts our connections and stops us above its limit: `ufw limit`
    /// (six in 30 seconds), iptables `recent`, `hashlimit` or `connlimit`, an nft meter, or the
    /// provider's protection against floods. Scripts, parallel copies and a NAT that many share
    /// reach it.
    ///
    /// ## How it shows
    ///
    /// The first connections work; the next are refused or time out, until the source has been
    /// quiet for as long as the rule says. `connlimit` counts open connections instead and heals
    /// when one of them ends.
    ///
    /// ## What looks alike
    ///
    /// `fail2ban-ban` needs failed logins and lasts ten minutes or more. `maxstartups-throttled`
    /// accepts the connection before it drops it. `firewall-reject` and `firewall-drop` never let a
    /// first one pass: asked while the limit is used up, they look the same.
    ///
    /// ## How to mend it
    ///
    /// Wait a minute without any try, then connect once. Use one connection for many commands
    /// (`ControlMaster`). On the server raise the limit, or admit this source above the rule.
    ///
    /// ## Risk
    ///
    /// The limit slows those who guess passwords: raise it for one source, do not remove it.
    ///
    /// ## References
    ///
    /// ufw(8), limit; iptables-extensions(8), recent, hashlimit, connlimit; nft(8), meters.
    RATE_LIMIT_RULE {
        id: "rate-limit-rule",
        title: "a rule that counts connections stops us for a while",
        stage: Connect,
        commonness: Common,
        intermittent: true,
        predicts: {
            Connect: PortUnreachable usually, Silent usually, Reset usually, Established sometimes;
            IcmpSender: Target always;
            RefusalSpeed: RoundTrip always;
            SynEnds: AtHost always, OnTheWay sometimes;
            OtherPort: Refused usually, Silent sometimes;
            Repeat: Same usually, FailsAfterSome sometimes, Mixed rarely;
            ServerFilter: Counts usually, MayCount usually;
        },
        shown_by: [ServerFilter::Counts],
        remedy: "wait a minute without any try, then connect once; on the server: admit \
                  {source} above the rule that counts",
    }
}
