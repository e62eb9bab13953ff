//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The password is older than the account allows, or an administrator demanded a new one. The
    /// login succeeds, even by key; then only a change of the password is offered, which needs a
    /// terminal.
    ///
    /// ## How it shows
    ///
    /// `WARNING: Your password has expired.`, then
    /// `Password change required but no TTY available.` and status 1; with a terminal the password
    /// is asked for at once and the connection ends after the change. Scripts break on the day it
    /// expires.
    ///
    /// ## What looks alike
    ///
    /// `account-expired`: nothing can be changed and nobody gets in. `shell-exits`: no word of a
    /// password.
    ///
    /// ## How to mend it
    ///
    /// Log in with `ssh -t` and change it. For an account that only uses keys:
    /// `sudo chage -M -1 U` lets its password never expire. Undo: `chage -M DAYS U`.
    ///
    /// ## Risk
    ///
    /// A password that never expires may be against the rules of the house.
    ///
    /// ## References
    ///
    /// chage(1); passwd(1); pam_unix(8); OpenSSH session.c `do_pwchange`.
    PASSWORD_EXPIRED {
        id: "password-expired",
        title: "the password has expired and must be changed first",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: Accepted usually, ClosedAfterKey sometimes, NeedsSecret rarely;
            KeyOutcome: Accepted usually, Refused sometimes;
            AuthWords: PasswordExpired usually, Nothing sometimes;
            Session: ExitsAtOnce usually, Starts rarely;
            ServerLog: Expired usually, Nothing sometimes;
            Account: PasswordExpired always;
        },
        shown_by: [AuthWords::PasswordExpired, Account::PasswordExpired],
        remedy: "ssh -t {destination}    (and change the password when asked)",
    }
}
