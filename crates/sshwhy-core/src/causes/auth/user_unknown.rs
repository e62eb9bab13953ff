//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server knows no account of that name. Often nobody named one, and ssh took the local
    /// user name; cloud images have their own (`ubuntu`, `admin`, `ec2-user`, `debian`). Or the
    /// directory service that knows the account (LDAP, SSSD) is down.
    ///
    /// ## How it shows
    ///
    /// As `key-not-authorized`: sshd pretends to check. The server logs
    /// `Invalid user U from A port P`, then `Failed … for invalid user U`.
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized` and `user-not-allowed` look the same from the client. Some servers ask
    /// an unknown user for passwords that a known one could not use. sshd from 10.3 has a penalty
    /// of its own for unknown users: `per-source-penalty`.
    ///
    /// ## How to mend it
    ///
    /// `ssh -G HOST` shows the user that ssh would use. Say `ssh NAME@HOST` or put `User NAME`
    /// into a `Host` block. On the server `getent passwd NAME` must answer; when it does not for a
    /// directory's account, look at the directory service.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// ssh_config(5) User; getent(1); RFC 4252 §5 (servers may pretend).
    USER_UNKNOWN {
        id: "user-unknown",
        title: "there is no such account on the server",
        stage: Auth,
        commonness: Common,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: InvalidUser always;
            Account: Unknown always;
        },
        shown_by: [ServerLog::InvalidUser, Account::Unknown],
        remedy: "name the account: ssh NAME@{host}, or in ~/.ssh/config: User NAME",
    }
}
