//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// `RefuseConnection yes` stands in a `Match` block that this user or address meets. sshd (9.9
    /// and later) ends the connection at the first authentication request.
    ///
    /// ## How it shows
    ///
    /// `Connection closed by HOST port 22` after `SSH2_MSG_SERVICE_ACCEPT received` and before any
    /// list of methods, at once. The server logs
    /// `administratively prohibited connection for U from A port P`. Each such connection costs a
    /// penalty of ten seconds, so the next ones may be dropped before the banner.
    ///
    /// ## What looks alike
    ///
    /// `login-grace-timeout`: the same end, after a long wait. `pam-denied`: a broken PAM set-up
    /// ends there for every user. `sshd-crash`: the kernel or the log names a signal.
    ///
    /// ## How to mend it
    ///
    /// Read which `Match` block applies (`sshd -T -C …`), and narrow its condition or delete the
    /// line. `sudo sshd -t`, reload, wait for the penalty to pass, try once.
    ///
    /// ## Risk
    ///
    /// Somebody wanted these connections refused: ask. Narrow the block instead of removing it.
    ///
    /// ## References
    ///
    /// sshd_config(5) RefuseConnection, Match, PerSourcePenalties; OpenSSH release notes 9.9.
    REFUSE_CONNECTION {
        id: "refuse-connection",
        title: "RefuseConnection turns this connection away",
        stage: Auth,
        commonness: Rare,
        predicts: {
            Login: ClosedEarly always;
            KeyOutcome: NoneToOffer usually, Refused rarely;
            AuthWords: Nothing always;
            ServerLog: Prohibited always;
            EndSentBy: Server always;
            UserGate: Prohibited always;
        },
        shown_by: [ServerLog::Prohibited, UserGate::Prohibited],
        remedy: "on the server: sudo sshd -T -C user={user},addr={source},host={source} | grep -i refuseconnection",
    }
}
