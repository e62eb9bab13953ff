//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server, or a NAT on the way, remembers every connection in a table that is full. Packets
    /// of new connections are dropped; those that are known go on.
    ///
    /// ## How it shows
    ///
    /// Some tries time out and others work, as entries expire. Open sessions live. The kernel log
    /// says `nf_conntrack: table full, dropping packet`.
    ///
    /// ## What looks alike
    ///
    /// `syn-backlog-overflow` affects one port. `rate-limit-rule` stops one source.
    /// `server-overloaded` slows open sessions too. `host-down` never answers.
    ///
    /// ## How to mend it
    ///
    /// On the machine with the table: compare `net.netfilter.nf_conntrack_count` and
    /// `nf_conntrack_max`; raise the maximum (about 320 bytes each), and find out who opens so many
    /// connections.
    ///
    /// ## Risk
    ///
    /// Small: memory. Persist the setting only after it has helped.
    ///
    /// ## References
    ///
    /// Documentation/networking/nf_conntrack-sysctl.rst.
    CONNTRACK_FULL {
        id: "conntrack-full",
        title: "a connection-tracking table is full",
        stage: Connect,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Connect: Silent usually, Established sometimes;
            SynEnds: AtHost usually, OnTheWay sometimes;
            OtherPort: Silent usually, Refused sometimes;
            Echo: Silent usually, Replies sometimes;
            Repeat: Mixed usually, Same sometimes;
            ServerLog: Conntrack always;
            TrackingTable: Full always;
        },
        shown_by: [ServerLog::Conntrack, TrackingTable::Full],
        remedy: "on the server: sysctl net.netfilter.nf_conntrack_count \
                  net.netfilter.nf_conntrack_max   and raise the latter",
    }
}
