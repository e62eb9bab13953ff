//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The password field of the account begins with `!` (or `*LK*`). Without PAM, sshd then
    /// refuses keys as well. With PAM a locked password still allows keys, unless a PAM module
    /// refuses.
    ///
    /// ## How it shows
    ///
    /// As `key-not-authorized`. The server logs `User U not allowed because account is locked`.
    ///
    /// ## What looks alike
    ///
    /// `account-expired` has an end date. `user-not-allowed` names a list. To a client all are the
    /// same. A lock after wrong passwords is `pam_faillock`: the log names it,
    /// `faillock --user U --reset` lifts it, and it passes by itself.
    ///
    /// ## How to mend it
    ///
    /// `sudo passwd -S U` shows `L`. To allow keys and no password set the field to `*`:
    /// `usermod -p '*' U`; to unlock the password `usermod -U U`. Undo: `usermod -L U`.
    ///
    /// ## Risk
    ///
    /// Accounts are often locked on purpose, when somebody has left. Ask first.
    ///
    /// ## References
    ///
    /// usermod(8); passwd(1) `-S`; sshd(8) *AUTHENTICATION*; OpenSSH auth.c `allowed_user`.
    ACCOUNT_LOCKED {
        id: "account-locked",
        title: "the account is locked",
        stage: Auth,
        commonness: Rare,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: Locked always;
            Account: Locked always;
        },
        shown_by: [ServerLog::Locked, Account::Locked],
        remedy: "on the server: sudo usermod -p '*' {user}    (keys work again, passwords stay off)",
    }
}
