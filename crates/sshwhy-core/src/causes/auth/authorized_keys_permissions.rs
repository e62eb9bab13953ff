//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// StrictModes: sshd ignores authorized_keys when the file, `.ssh` or the home directory can
    /// be written by group or others, or belongs to somebody else than the account or root.
    /// Whoever could write it could let themselves in.
    ///
    /// ## How it shows
    ///
    /// As `key-not-authorized`. The server logs
    /// `Authentication refused: bad ownership or modes for file F` (or `directory F`).
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized` and its company look the same from the client. An unreadable file is
    /// another line: `Could not open user 'U' authorized keys`; that is
    /// `authorized-keys-not-found`.
    ///
    /// ## How to mend it
    ///
    /// `namei -l ~U/.ssh/authorized_keys` shows every step. Take away group's and others' right to
    /// write on each; 700 for `.ssh` and 600 for the file are usual. Give the files to the
    /// account: `sudo chown -R U: ~U/.ssh`. Undo: note the old modes first.
    ///
    /// ## Risk
    ///
    /// A home directory that a group shares on purpose loses that. Never set `StrictModes no`.
    ///
    /// ## References
    ///
    /// sshd_config(5) StrictModes; sshd(8) *FILES*; namei(1).
    AUTHORIZED_KEYS_PERMISSIONS {
        id: "authorized-keys-permissions",
        title: "others may write the key file, a folder above it or the home",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: BadModes always;
            KeyFile: BadModes always;
        },
        shown_by: [ServerLog::BadModes, KeyFile::BadModes],
        remedy: "on the server: chmod go-w ~{user} ~{user}/.ssh ~{user}/.ssh/authorized_keys",
    }
}
