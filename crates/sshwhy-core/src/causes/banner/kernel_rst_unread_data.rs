//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Harmless by itself: when a process closes a socket on which bytes still wait to be read,
    /// Linux sends a reset instead of a plain close. ssh speaks first, so a server that ends early
    /// nearly always leaves unread bytes.
    ///
    /// ## How it shows
    ///
    /// `Connection reset by peer` where `Connection closed` would be the truth, or now the one and
    /// now the other from the same cause. The counter TcpExtTCPAbortOnClose of the side that closed
    /// grows.
    ///
    /// ## What looks alike
    ///
    /// It is the form in which `maxstartups-throttled`, `tcp-wrappers-deny`, `per-source-penalty`
    /// and `sshd-crash` show. `middlebox-reset` is a reset that the server did not send. At the end
    /// of a session it means that the client still sent something.
    ///
    /// ## How to mend it
    ///
    /// Nothing: look for what closed the socket.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// RFC 1122 §4.2.2.13; Linux `net/ipv4/tcp.c`, __tcp_close.
    KERNEL_RST_UNREAD_DATA {
        id: "kernel-rst-unread-data",
        title: "a socket was closed with unread bytes, so its kernel sent a reset",
        stage: Banner,
        commonness: Exotic,
        intermittent: true,
        predicts: {
            EndSentBy: Server always;
            ServerLog: PeerReset always;
        },
        shown_by: [],
        remedy: "nothing to mend here: look for what closed the connection",
    }
}
