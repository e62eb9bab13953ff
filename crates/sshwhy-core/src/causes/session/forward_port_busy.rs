//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A remote forwarding (`-R`) needs a port on the server, and another program listens on it:
    /// mostly the sshd of an earlier connection that died without a word and still holds it, or a
    /// second copy of the same tunnel. Ports below 1024 need root.
    ///
    /// ## How it shows
    ///
    /// `Warning: remote port forwarding failed for listen port N`, or `Error:` and an end when
    /// ExitOnForwardFailure is set. The server logs `bind … Address already in use` and
    /// `cannot listen to port: N`. A tunnel that restarts by itself fails for a while after each
    /// break.
    ///
    /// ## What looks alike
    ///
    /// `tcp-forwarding-disabled`: the configuration forbids it, at any port. Try `-R 0:…`: the
    /// server then chooses a free port.
    ///
    /// ## How to mend it
    ///
    /// `sudo ss -ltnp 'sport = :N'` on the server names the process; a stale sshd of the same user
    /// can be ended with `kill PID`. To prevent it: `ClientAliveInterval 30` in the server's
    /// `Match User` block for the tunnel, so that dead connections end in time.
    ///
    /// ## Risk
    ///
    /// Ending that sshd ends what still runs through it.
    ///
    /// ## References
    ///
    /// ssh(1) `-R`; ssh_config(5) ExitOnForwardFailure; sshd_config(5) ClientAliveInterval; RFC
    /// 4254 §7.1.
    FORWARD_PORT_BUSY {
        id: "forward-port-busy",
        title: "the port to be forwarded from the server is taken there",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Forwarding: PortRefused always;
            ServerLog: BindFailed usually, Nothing sometimes;
        },
        shown_by: [],
        remedy: "on the server: sudo ss -ltnp    (end the stale sshd session that holds the port)",
    }
}
