//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd accepts the credential and then asks PAM whether the account may come in at all
    /// (account), and to open the session. A module says no: pam_access, pam_time, pam_listfile,
    /// pam_sss with access rules, a module that is missing, an account without a shadow entry. A
    /// broken /etc/pam.d/sshd refuses everybody, at the first request.
    ///
    /// ## How it shows
    ///
    /// `Server accepts key`, then at once `Connection closed by HOST port 22`: it looks like a
    /// dropped connection. The server logs
    /// `fatal: Access denied for user U by PAM account configuration`. A session module that
    /// refuses ends the session with status 254 after the login, and the log says
    /// `PAM: pam_open_session(): …`.
    ///
    /// ## What looks alike
    ///
    /// `nologin`, `account-expired` and `login-limit` are PAM modules too that say why to the
    /// user. `sshd-crash`: the log names a signal. A client sees the same for all when no words
    /// come. `per-source-penalty` strikes before the banner.
    ///
    /// ## How to mend it
    ///
    /// Find the module in the log (its lines begin with its name, as `pam_access(sshd:account)`).
    /// Change its one rule for this user or this source, e.g. a line `+:U:ADDRESS` above the
    /// refusing one in /etc/security/access.conf. PAM reads its files for every login: nothing
    /// needs a restart. Test with a second connection while a session is open. Undo: delete the
    /// line.
    ///
    /// ## Risk
    ///
    /// A slip in a PAM file shuts everybody out, root too. Never take the module out of the stack
    /// to get in.
    ///
    /// ## References
    ///
    /// pam(8); pam.d(5); access.conf(5); sshd_config(5) UsePAM.
    PAM_DENIED {
        id: "pam-denied",
        title: "a PAM account or session module refuses",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: ClosedAfterKey usually, ClosedEarly sometimes, ClosedBetween sometimes,
            Accepted sometimes;
            KeyOutcome: Accepted always;
            AuthWords: Nothing usually, OtherWords sometimes;
            Session: NotOpened usually, Closed sometimes;
            ServerLog: Pam always;
            EndSentBy: Server always;
            LoginModules: Deny always;
        },
        shown_by: [LoginModules::Deny],
        remedy: "on the server: sudo journalctl -t sshd -t sshd-session --since -10min | grep -i pam    (it names the module)",
    }
}
