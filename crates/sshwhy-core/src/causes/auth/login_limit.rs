//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// pam_limits counts the open logins of the account or of the whole system (`maxlogins`,
    /// `maxsyslogins` in limits.conf), and one more is too many. systemd-logind has its own limits
    /// (`SessionsMax`). A limit on processes (`nproc`) has a similar face.
    ///
    /// ## How it shows
    ///
    /// The login succeeds and ends with status 254, perhaps after
    /// `There were too many logins for 'U'.` The server logs
    /// `pam_limits(sshd:session): Too many logins (max N) for U`. With `nproc` reached:
    /// `shell request failed on channel 0`.
    ///
    /// ## What looks alike
    ///
    /// `pam-denied` ends alike without these words. `max-sessions` counts sessions within one
    /// connection. `resource-exhausted` is the whole server's and not the account's.
    ///
    /// ## How to mend it
    ///
    /// End sessions that nobody uses: connections that died still count until keepalives end them
    /// (`ClientAliveInterval`). Or raise the one line of limits.conf for this account. Undo: put
    /// the old number back.
    ///
    /// ## Risk
    ///
    /// Ending a session kills what runs in it. A higher limit lets one account take more.
    ///
    /// ## References
    ///
    /// limits.conf(5); pam_limits(8); loginctl(1); logind.conf(5).
    LOGIN_LIMIT {
        id: "login-limit",
        title: "a limit on logins is reached",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: Accepted usually, ClosedAfterKey sometimes;
            KeyOutcome: Accepted always;
            AuthWords: TooManyLogins usually, Nothing sometimes;
            Session: NotOpened usually, ExitsAtOnce sometimes, Closed sometimes, RequestRefused rarely;
            ServerLog: LoginLimit always;
            EndSentBy: Server always;
            SessionLimits: LoginsReached always;
        },
        shown_by: [AuthWords::TooManyLogins, ServerLog::LoginLimit, SessionLimits::LoginsReached],
        remedy: "on the server: loginctl list-sessions    (then end a stale one: loginctl terminate-session ID)",
    }
}
