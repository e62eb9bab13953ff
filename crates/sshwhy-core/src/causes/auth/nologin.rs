//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// /run/nologin or /etc/nologin exists. systemd makes the first while it boots and shortly
    /// before it shuts down; an administrator or an interrupted shutdown makes the second. Only
    /// root gets in.
    ///
    /// ## How it shows
    ///
    /// The right key is accepted, the file's text is shown (systemd's:
    /// `System is booting up. Unprivileged users are not permitted to log in yet.`), and the
    /// connection closes. The server logs `Access denied for user U by PAM account configuration`;
    /// without PAM `User U not allowed because /etc/nologin exists`.
    ///
    /// ## What looks alike
    ///
    /// `pam-denied` and `account-expired` end at the same point and are logged with the same
    /// sentence. Just after a boot it passes by itself.
    ///
    /// ## How to mend it
    ///
    /// Look at the file and whether a shutdown is pending (`systemctl list-jobs`,
    /// `shutdown --show`). During boot wait. A file that was left over can be removed; keep a copy
    /// to undo. `systemd-user-sessions.service` removes systemd's own.
    ///
    /// ## Risk
    ///
    /// Users come in on a server that somebody closed for maintenance.
    ///
    /// ## References
    ///
    /// nologin(5); pam_nologin(8); systemd-user-sessions.service(8).
    NOLOGIN {
        id: "nologin",
        title: "a nologin file closes the server to all but root",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: ClosedAfterKey always, ClosedBetween sometimes;
            KeyOutcome: Accepted always;
            AuthWords: NoLogin usually, OtherWords sometimes, Nothing rarely;
            ServerLog: Pam usually, UserNotAllowed sometimes;
            NoLoginFile: Present always;
            EndSentBy: Server always;
        },
        shown_by: [AuthWords::NoLogin, NoLoginFile::Present],
        remedy: "on the server, when no shutdown is pending: sudo rm /run/nologin",
    }
}
