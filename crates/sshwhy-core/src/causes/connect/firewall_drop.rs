//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A filter on the server, or on the way to it, throws our SYN away and tells nobody. The port
    /// may never have been opened, or the rule admits other sources only.
    ///
    /// ## How it shows
    ///
    /// `Connection timed out` after two minutes (or after `ConnectTimeout`), every time. Often
    /// every other port is as silent; when only this port is filtered, a closed port refuses and a
    /// ping is answered. The server logs nothing, unless the rule has a log statement.
    ///
    /// ## What looks alike
    ///
    /// `host-down`, `cloud-security-group`, `cloud-route`, `ban-daemon`, `unit-ip-deny` and
    /// `asymmetric-route` are the same to a client. `syn-backlog-overflow` drops on this port
    /// alone. `ipqos-dscp` lets an unmarked packet pass, `local-firewall` never lets it leave.
    ///
    /// ## How to mend it
    ///
    /// Does the SYN reach the server (`tcpdump -ni any port 22`)? If it does, find the rule whose
    /// counter moves and admit this source above it with the tool that owns the rules: `ufw allow
    /// from SOURCE to any port 22`, `firewall-cmd --add-service=ssh`, or an nft rule with a
    /// comment. If not, go back along the path.
    ///
    /// ## Risk
    ///
    /// Admit one source, not the world. Never flush the rules: with a policy of drop that locks
    /// everybody out.
    ///
    /// ## References
    ///
    /// nft(8); iptables(8); ufw(8); firewall-cmd(1).
    FIREWALL_DROP {
        id: "firewall-drop",
        title: "a packet filter silently drops the connection",
        stage: Connect,
        commonness: Common,
        predicts: {
            Connect: Silent always;
            SynEnds: AtHost always, OnTheWay sometimes;
            OtherPort: Silent usually, Refused sometimes, Rejected rarely;
            Echo: Replies usually, Silent usually;
            SynArrives: Arrives usually, DoesNotArrive usually;
            ServerFilter: Drops usually, Admits sometimes;
        },
        shown_by: [ServerFilter::Drops],
        remedy: "on {where}: find the rule (sudo nft list ruleset) and admit {source} to \
                  port {port} above it",
    }
}
