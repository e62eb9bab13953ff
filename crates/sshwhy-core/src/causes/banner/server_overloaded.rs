//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The processor, the memory or the disk is so busy that sshd gets its turn late: swapping, a
    /// runaway job, too many virtual machines on one host.
    ///
    /// ## How it shows
    ///
    /// Everything is slow and varies: the identification string comes after seconds or never, the
    /// key exchange takes long, a shell opens late. Pings are answered. Some tries work.
    ///
    /// ## What looks alike
    ///
    /// `sshd-hung` never answers. `slow-dns` and `slow-logind` are slow at one step and by a
    /// constant time. `syn-backlog-overflow` follows when sshd cannot accept in time.
    /// `mtu-black-hole` stops at one packet.
    ///
    /// ## How to mend it
    ///
    /// A session that is open, or the console: `uptime`, `vmstat 1`, `iotop`, `systemd-cgtop -m`.
    /// Stop or slow the job that does it (`systemctl set-property UNIT CPUQuota=`). Retry with a
    /// longer `ConnectTimeout`.
    ///
    /// ## Risk
    ///
    /// Killing the wrong process costs more than waiting.
    ///
    /// ## References
    ///
    /// proc(5), loadavg and pressure; systemd.resource-control(5).
    SERVER_OVERLOADED {
        id: "server-overloaded",
        title: "the host is too busy to answer in time",
        stage: Session,
        commonness: Occasional,
        intermittent: true,
        predicts: {
            Connect: Established always;
            Repeat: Same usually, Mixed sometimes;
            Hello: Identification usually, Silent sometimes;
            HelloAcked: Acked always, NotAcked never;
            SilentHello: Silent usually, Identification usually;
            OddHello: Silent usually, Complains sometimes;
            KexInit: Received usually, Silent rarely;
            KexReply: Received usually, Silent rarely;
            SlowStep: Banner usually, KeyExchange sometimes, BeforeMethods rarely, Opening rarely, Key rarely, Nothing rarely;
            Login: Accepted usually, NeedsSecret sometimes, Silent rarely;
            Session: Starts usually, Silent rarely;
            Listener: Listens usually, QueueFull sometimes, Stopped sometimes;
            ServerHealth: Busy usually, Well sometimes;
            ServerLog: Nothing usually, GraceTime sometimes;
        },
        shown_by: [ServerHealth::Busy],
        remedy: "on the server's console: uptime; vmstat 1; top   and stop what keeps it busy",
    }
}
