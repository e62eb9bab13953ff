//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The key is on the server, in a file that sshd does not look at: AuthorizedKeysFile names
    /// another path, the home directory of the account is another one (or is not mounted, or is
    /// encrypted until login), keys come from AuthorizedKeysCommand, or SELinux forbids reading.
    ///
    /// ## How it shows
    ///
    /// As `key-not-authorized`. The log at LogLevel DEBUG shows `trying public key file F`; from
    /// 9.1 on, `Could not open user 'U' authorized keys 'F': …` at INFO unless the file is
    /// missing.
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized`: the right file lacks the key. `authorized-keys-permissions`: the
    /// right file is refused. To a client all are the same.
    ///
    /// ## How to mend it
    ///
    /// Ask sshd what it reads: `sudo sshd -T -C user=U,addr=A,host=A | grep -i authorizedkeys`,
    /// and `getent passwd U` for the home directory. Move the key there, mount the home, or run
    /// the AuthorizedKeysCommand by hand as its user. On SELinux `sudo restorecon -Rv ~U/.ssh`.
    ///
    /// ## Risk
    ///
    /// Changing AuthorizedKeysFile changes it for everybody who matches; moving one key changes
    /// one account.
    ///
    /// ## References
    ///
    /// sshd_config(5) AuthorizedKeysFile, AuthorizedKeysCommand; sshd(8) `-T`, `-C`.
    AUTHORIZED_KEYS_NOT_FOUND {
        id: "authorized-keys-not-found",
        title: "sshd reads another key file than the one that was written",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: OtherKeyFile usually, KeyRefused sometimes, Nothing sometimes;
            KeyFile: Missing usually, Elsewhere usually;
        },
        shown_by: [ServerLog::OtherKeyFile, KeyFile::Elsewhere],
        remedy: "on the server: sudo sshd -T -C user={user},addr={source},host={source} | grep -i authorizedkeys",
    }
}
