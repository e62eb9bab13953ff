//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// AllowUsers, DenyUsers, AllowGroups, DenyGroups or PermitRootLogin keep this account out.
    /// sshd goes on asking for credentials and refuses all of them, so as not to tell which
    /// accounts exist.
    ///
    /// ## How it shows
    ///
    /// As `key-not-authorized`: right keys and right passwords are refused. The server logs
    /// `User U from A not allowed because …` with the list that decided, or `ROOT LOGIN REFUSED`;
    /// later lines then call the account an invalid user. With
    /// `PermitRootLogin forced-commands-only` and a key without a command, the login succeeds and
    /// the connection is reset after it.
    ///
    /// ## What looks alike
    ///
    /// `user-unknown`: the log says `Invalid user`. `account-locked` and `shell-invalid` are
    /// logged as *not allowed* too, with their own reason. To a client all are the same.
    ///
    /// ## How to mend it
    ///
    /// `sshd -T -C user=U,addr=A,host=A` shows what applies to this user from this address; the
    /// order is DenyUsers, AllowUsers, DenyGroups, AllowGroups. Add the one user or the user to
    /// the one group, `sudo sshd -t`, reload, and test with a second connection. For root prefer a
    /// user who may use sudo. A pattern `USER@HOST` compares addresses unless UseDNS is on.
    ///
    /// ## Risk
    ///
    /// A first AllowUsers line shuts out everybody else. Keep a session open until a new login
    /// works.
    ///
    /// ## References
    ///
    /// sshd_config(5) AllowUsers, AllowGroups, DenyUsers, DenyGroups, PermitRootLogin; OpenSSH
    /// auth.c `allowed_user`.
    USER_NOT_ALLOWED {
        id: "user-not-allowed",
        title: "a list of allowed or denied users shuts this account out",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: UserNotAllowed always;
            UserGate: NotAllowed usually, RootForbidden usually;
        },
        shown_by: [ServerLog::UserNotAllowed, UserGate::NotAllowed, UserGate::RootForbidden],
        remedy: "on the server: sudo sshd -T -C user={user},addr={source},host={source} | grep -Ei 'allow|deny|permitroot'",
    }
}
