//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The key that the server proves itself with is listed as bad: by an `@revoked` line in
    /// known_hosts, or in the file that RevokedHostKeys names. Somebody decided that this key must
    /// not be trusted any more.
    ///
    /// ## How it shows
    ///
    /// The box `WARNING: REVOKED HOST KEY DETECTED!`, then `Host key verification failed.`
    ///
    /// ## What looks alike
    ///
    /// `host-key-changed`: another key is on record, none is revoked. `certificate-invalid`: the
    /// certificate and not the key is refused. A RevokedHostKeys file that cannot be read revokes
    /// every key.
    ///
    /// ## How to mend it
    ///
    /// Ask who revoked it. When it leaked, the server needs a new key and its clients the new
    /// fingerprint. When the file of revoked keys is merely unreadable, give back its mode.
    ///
    /// ## Risk
    ///
    /// Do not remove the revocation to get in: whoever holds the old key can pass for the server.
    ///
    /// ## References
    ///
    /// ssh_config(5) RevokedHostKeys; sshd(8) *SSH_KNOWN_HOSTS FILE FORMAT*; ssh-keygen(1) *KEY
    /// REVOCATION LISTS*.
    HOST_KEY_REVOKED {
        id: "host-key-revoked",
        title: "the host key is marked as revoked",
        stage: HostKey,
        commonness: Rare,
        predicts: {
            HostKey: Revoked always;
        },
        shown_by: [HostKey::Revoked],
        remedy: "find out why it was revoked; give the server a new host key: sudo ssh-keygen -A after moving the old one away",
    }
}
