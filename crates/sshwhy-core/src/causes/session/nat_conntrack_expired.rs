//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A device that translates or tracks connections had an entry for this one and deleted it
    /// when its time was up (Linux: `nf_conntrack_tcp_timeout_established`, 5 days unless somebody
    /// lowered it). The next packet belongs to nothing: it is dropped as invalid, or gets another
    /// port and the server answers with a reset.
    ///
    /// ## How it shows
    ///
    /// As `idle-timeout`. On the device `conntrack -L` shows the entry with its seconds running
    /// down, and later no more.
    ///
    /// ## What looks alike
    ///
    /// `idle-timeout`: the same from the ends, before anybody has looked at the device.
    /// `conntrack-full` refuses new connections. `keepalive-timeout` says so itself.
    ///
    /// ## How to mend it
    ///
    /// Keepalives below the limit, or on the device a longer one:
    /// `sysctl net.netfilter.nf_conntrack_tcp_timeout_established`. Undo: the old value.
    ///
    /// ## Risk
    ///
    /// Longer limits fill the table: see `nf_conntrack_count` first.
    ///
    /// ## References
    ///
    /// Linux `Documentation/networking/nf_conntrack-sysctl.rst`; conntrack(8); RFC 5382 §5.
    NAT_CONNTRACK_EXPIRED {
        id: "nat-conntrack-expired",
        title: "the NAT or conntrack entry of the idle session expired",
        stage: Idle,
        commonness: Occasional,
        predicts: {
            IdleEnd: Silence usually, Reset sometimes, Unanswered rarely;
            IdleKeepalive: Saves always;
            EndSentBy: SomebodyElse usually, NoSocket usually, Server sometimes;
            Tracking: Forgotten always;
            ServerLog: Nothing usually, AliveTimeout sometimes;
        },
        shown_by: [Tracking::Forgotten],
        remedy: "in ~/.ssh/config, for this host: ServerAliveInterval {interval}",
    }
}
