//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A TCP connection belongs to a pair of addresses. The laptop slept, changed from cable to
    /// Wi-Fi, a VPN came up or went down, DHCP gave another address, or a route moved: packets of
    /// the old pair no longer pass.
    ///
    /// ## How it shows
    ///
    /// The session freezes at the moment of the change, idle or not, and other connections of this
    /// host with it. Keepalives notice it (`Timeout, server HOST not responding.`); without them
    /// ssh waits up to 15 minutes and more for TCP to give up.
    ///
    /// ## What looks alike
    ///
    /// `idle-timeout` strikes after idling, and keepalives help. `keepalive-timeout`: the address
    /// is still there and the path was broken. `sshd-restarted` ends in good order.
    ///
    /// ## How to mend it
    ///
    /// `ss -tn dst SERVER` shows the local address of the session; when `ip address` no longer has
    /// it, only a new connection helps (`~.` ends the frozen one). `ServerAliveInterval` makes the
    /// end come soon. tmux or mosh keep the work alive.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// ssh(1) *ESCAPE CHARACTERS*; ssh_config(5) ServerAliveInterval; tcp(7) `tcp_retries2`.
    NETWORK_CHANGED {
        id: "network-changed",
        title: "an address or link changed under the open connection",
        stage: Idle,
        commonness: Occasional,
        predicts: {
            IdleEnd: Unanswered sometimes, Silence usually, Reset sometimes;
            IdleKeepalive: DoesNotSave always;
            OwnAddress: Gone usually, Kept sometimes;
            ServerLog: Nothing usually, AliveTimeout usually;
            EndSentBy: SomebodyElse usually, NoSocket usually;
        },
        shown_by: [OwnAddress::Gone],
        remedy: "reconnect; to keep the work: run tmux on the server, or use mosh",
    }
}
