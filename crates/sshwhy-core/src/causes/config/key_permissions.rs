//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh does not use a private key that others could have copied: any permission for group or
    /// others on the file makes it skip the key and go on with the next one. The login then fails
    /// for want of a key.
    ///
    /// ## How it shows
    ///
    /// ssh prints a box, `WARNING: UNPROTECTED PRIVATE KEY FILE!`, then `Permissions 0644 for '…'
    /// are too open`, `Load key "…": bad permissions`, and at last `Permission denied (publickey)`.
    /// The server sees a client that offered no key, or another one.
    ///
    /// ## What looks alike
    ///
    /// `key-file-malformed` prints `Load key` too, with `invalid format` or `error in libcrypto`.
    /// With `key-not-authorized` the key is offered and refused. A key that comes out of an agent
    /// is used whatever the mode of its file.
    ///
    /// ## How to mend it
    ///
    /// Take the permissions away: `chmod 600 FILE`. On a file system without modes (some mounts of
    /// Windows or of a phone) copy the key into the home directory. If others could really read the
    /// key, make a new one and withdraw the old one.
    ///
    /// ## Risk
    ///
    /// None: the command takes permissions away.
    ///
    /// ## References
    ///
    /// ssh(1), section FILES; OpenSSH `authfile.c`.
    KEY_PERMISSIONS {
        id: "key-permissions",
        title: "a private key file is readable by others, so ssh ignores it",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            KeyFiles: TooOpen always;
            KeyOutcome: Ignored usually, NoneToOffer sometimes, Refused sometimes;
            Login: Denied usually, NeedsSecret usually;
            AuthWords: Nothing always;
            ServerLog: Nothing usually, KeyRefused rarely;
        },
        shown_by: [KeyFiles::TooOpen, KeyOutcome::Ignored],
        remedy: "chmod 600 ~/.ssh/id_* && chmod 644 ~/.ssh/id_*.pub",
    }
}
