//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The client ended the connection before sshd had finished its part: somebody pressed Ctrl-C,
    /// a script's time ran out, the client did not like the algorithms or the host key, or its
    /// machine slept.
    ///
    /// ## How it shows
    ///
    /// The server logs `Connection closed by ADDRESS port N [preauth]` or `Connection reset by …
    /// [preauth]`. The reason stands on the client's screen only.
    ///
    /// ## What looks alike
    ///
    /// `health-check-probe` does it at a constant interval. `kex-mismatch` and `host-key-changed`
    /// are reasons of which the server learns nothing more. `login-grace-timeout` is the server's
    /// patience, not the client's.
    ///
    /// ## How to mend it
    ///
    /// Read what the client printed: `ssh -v` from the same machine. Raise the script's
    /// `ConnectTimeout` if it was that.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// OpenSSH `packet.c`, sshpkt_vfatal.
    CLIENT_CLOSED_EARLY {
        id: "client-closed-early",
        title: "the client went away first",
        stage: Banner,
        commonness: Exotic,
        intermittent: true,
        predicts: {
            ServerLog: LeftEarly always;
            EndSentBy: SomebodyElse always;
        },
        shown_by: [],
        remedy: "look at what the client printed: ssh -v {destination} on that machine",
    }
}
