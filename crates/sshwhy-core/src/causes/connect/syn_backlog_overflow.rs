//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The kernel completes handshakes and keeps them for sshd to accept. sshd does not accept (it
    /// is stopped, blocked or starved), the queue of 128 is full, and further SYNs are dropped; or
    /// a flood of SYNs fills the queue before it.
    ///
    /// ## How it shows
    ///
    /// A time-out on this port, while other ports refuse and a ping is answered. A connection that
    /// got a place opens and stays silent. `ss -ltn` shows Recv-Q above Send-Q for the listener;
    /// TcpExtListenOverflows grows.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` for this port alone looks the same to a client. `sshd-hung` is the same
    /// trouble before the queue is full. `conntrack-full` affects every port.
    ///
    /// ## How to mend it
    ///
    /// Find out why sshd does not accept: `ps -o stat,wchan -C sshd`. State T: `kill -CONT`. State
    /// D: a disk or network file system hangs. Otherwise restart sshd; its sessions live on. A
    /// longer queue only delays it.
    ///
    /// ## Risk
    ///
    /// A restart is small; look at the state first, since a restart destroys the evidence.
    ///
    /// ## References
    ///
    /// listen(2); Documentation/networking/ip-sysctl.rst, tcp_abort_on_overflow.
    SYN_BACKLOG_OVERFLOW {
        id: "syn-backlog-overflow",
        title: "sshd's listen queue overflows",
        stage: Banner,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Connect: Silent usually, Established rarely;
            OtherPort: Refused usually, Silent sometimes;
            Echo: Replies usually, Silent sometimes;
            Repeat: Same usually, Mixed sometimes;
            Hello: Silent usually, Identification sometimes;
            HelloAcked: Acked always, NotAcked rarely;
            SilentHello: Silent always;
            OddHello: Silent always;
            Listener: QueueFull always;
        },
        shown_by: [Listener::QueueFull],
        remedy: "on the server: ss -ltn 'sport = :{port}'; ps -o pid,stat,wchan -C sshd   and \
                  wake or restart sshd",
    }
}
