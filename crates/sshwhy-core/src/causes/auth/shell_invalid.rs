//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The shell in the account's passwd entry does not exist or cannot be executed: sshd then
    /// refuses every credential. Or it is a program that only says no (`/usr/sbin/nologin`,
    /// `/bin/false`): then the login succeeds and the session ends at once. pam_shells refuses
    /// shells that /etc/shells does not list.
    ///
    /// ## How it shows
    ///
    /// Missing: as `key-not-authorized`; the server logs
    /// `User U not allowed because shell F does not exist` (or `is not executable`). A shell that
    /// says no: `This account is currently not available.` and status 1, or status 1 without a
    /// word.
    ///
    /// ## What looks alike
    ///
    /// `shell-exits`: a real shell whose start-up files end it; its status is its own.
    /// `user-not-allowed` is logged as *not allowed* too, with a list as the reason. To a client a
    /// missing shell looks like a wrong key.
    ///
    /// ## How to mend it
    ///
    /// `getent passwd U` shows the shell. Install it or choose one of /etc/shells with `chsh -s`.
    /// Service accounts have no shell on purpose: for those use `ssh -N` for forwardings, or sftp
    /// with `internal-sftp`. Undo: `chsh -s` with the old one.
    ///
    /// ## Risk
    ///
    /// Giving a shell to a service account opens what was closed on purpose.
    ///
    /// ## References
    ///
    /// nologin(8); shells(5); pam_shells(8); OpenSSH auth.c `allowed_user`.
    SHELL_INVALID {
        id: "shell-invalid",
        title: "the login shell is missing, not executable or no shell",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: Denied usually, NeedsSecret usually, Accepted usually;
            KeyOutcome: Refused usually, Accepted usually;
            AuthWords: Nothing usually, OtherWords rarely;
            Session: NoShell usually, ExitsAtOnce sometimes, CommandMissing rarely;
            ServerLog: Shell usually, Nothing sometimes;
            Account: NoShell always;
        },
        shown_by: [ServerLog::Shell, Session::NoShell, Account::NoShell],
        remedy: "on the server: sudo chsh -s /bin/bash {user}",
    }
}
