//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server looked for our public key among those of the account and did not find it, or
    /// found it with a condition that we do not meet: `from=` names other addresses,
    /// `expiry-time=` is over, the key is revoked.
    ///
    /// ## How it shows
    ///
    /// `ssh -v` shows `Offering public key: …` and then `Authentications that can continue: …`
    /// instead of `Server accepts key`, for every key; at last `Permission denied (publickey…)`.
    /// The server logs `Failed publickey for USER …` at LogLevel VERBOSE (at INFO only after half
    /// of MaxAuthTries). With `from=` it says so: `correct key but not from a permitted host`, and
    /// to us `Your host … is not permitted to use this key for login`.
    ///
    /// ## What looks alike
    ///
    /// To a client the following are the same: `user-unknown`, `user-not-allowed`,
    /// `authorized-keys-permissions`, `authorized-keys-not-found`, `account-locked`,
    /// `shell-invalid`. sshd hides the difference on purpose; only its log tells.
    /// `rsa-sha1-disabled` and `key-permissions` never offer the key. `auth-no-method`: there is
    /// no key to offer.
    ///
    /// ## How to mend it
    ///
    /// Check the account name first (`ssh -G HOST`, line `user`). Then that the key offered is the
    /// one that was installed: compare `ssh-keygen -lf ~/.ssh/KEY.pub` with
    /// `ssh-keygen -lf ~/.ssh/authorized_keys` on the server. Add the missing line with
    /// `ssh-copy-id`, or by the cloud's console. In `from=` write addresses: names work only with
    /// UseDNS.
    ///
    /// ## Risk
    ///
    /// Whoever holds the key gets in. Add one line, to one account; take it out again to undo.
    ///
    /// ## References
    ///
    /// sshd(8) *AUTHORIZED_KEYS FILE FORMAT*; RFC 4252 §7; ssh-copy-id(1).
    KEY_NOT_AUTHORIZED {
        id: "key-not-authorized",
        title: "the key offered is not accepted for this account",
        stage: Auth,
        commonness: Common,
        predicts: {
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: Refused always, CertificateRefused rarely;
            AuthWords: Nothing always;
            ServerLog: KeyRefused usually, Nothing sometimes;
            KeyFile: NotListed usually, Usable sometimes, Missing rarely;
        },
        shown_by: [KeyFile::NotListed],
        remedy: "with another way in: ssh-copy-id -i ~/.ssh/KEY.pub {destination}",
    }
}
