//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The account's end date (the eighth field of /etc/shadow) is past. With PAM the right key is
    /// accepted and the account phase then refuses; without PAM sshd refuses the key.
    ///
    /// ## How it shows
    ///
    /// With PAM: `Your account has expired; please contact your system administrator.`, then
    /// `Connection closed by HOST port 22` right after the key was accepted. The server logs
    /// `account U has expired (account expired)` and
    /// `Access denied for user U by PAM account configuration`. Without PAM: `Permission denied`,
    /// and the log says `Account U has expired`.
    ///
    /// ## What looks alike
    ///
    /// `password-expired`: the account lives, its password must be changed. `pam-denied` and
    /// `nologin` end the same way with other words. `account-locked` has no date.
    ///
    /// ## How to mend it
    ///
    /// `sudo chage -l U` shows the date; `sudo chage -E YYYY-MM-DD U` sets another, `-E -1` none.
    /// Undo: set the old date.
    ///
    /// ## Risk
    ///
    /// The account may have been meant to end. Give a date, not `-1`.
    ///
    /// ## References
    ///
    /// chage(1); shadow(5); pam_unix(8).
    ACCOUNT_EXPIRED {
        id: "account-expired",
        title: "the account has expired",
        stage: Auth,
        commonness: Rare,
        predicts: {
            Login: ClosedAfterKey usually, Denied usually, NeedsSecret rarely;
            KeyOutcome: Accepted usually, Refused usually;
            AuthWords: AccountExpired usually, Nothing usually;
            ServerLog: Expired always, Pam sometimes;
            EndSentBy: Server always;
            Account: Expired always;
        },
        shown_by: [AuthWords::AccountExpired, ServerLog::Expired, Account::Expired],
        remedy: "on the server: sudo chage -E YYYY-MM-DD {user}    (see the old date with chage -l)",
    }
}
