//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// RSA keys can sign with SHA-1 (the algorithm named `ssh-rsa`) or with SHA-2 (`rsa-sha2-256`,
    /// `rsa-sha2-512`). OpenSSH from 8.8 refuses SHA-1 on both sides. A peer that cannot do SHA-2
    /// then has no algorithm left: an old device with its host key, or an old client, agent or
    /// server with a user's RSA key. The RSA key itself is not at fault.
    ///
    /// ## How it shows
    ///
    /// With a host key: `no matching host key type found. Their offer: ssh-rsa` (perhaps with
    /// `ssh-dss`). With a user's key: `sign_and_send_pubkey: no mutual signature supported`, or
    /// with `-v` `send_pubkey_test: no mutual signature algorithm`, then `Permission denied`. The
    /// server logs `signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms` (9.0 and later;
    /// `key type ssh-rsa not in …` before).
    ///
    /// ## What looks alike
    ///
    /// `hostkey-alg-mismatch`: the offer names other kinds, or a key is missing.
    /// `key-not-authorized`: the key was offered and refused; here it is not even signed with.
    ///
    /// ## How to mend it
    ///
    /// Make an Ed25519 key on the old side, or update it. For the meantime, in a `Host` block for
    /// this one host: `HostKeyAlgorithms +ssh-rsa` for the host key,
    /// `PubkeyAcceptedAlgorithms +ssh-rsa` for a user's key (`PubkeyAcceptedKeyTypes` up to 8.4).
    /// Some systems forbid SHA-1 as a whole (RHEL 9 `update-crypto-policies --show`). Undo: delete
    /// the lines.
    ///
    /// ## Risk
    ///
    /// With SHA-1 an attacker who can make collisions could pass for the host. Keep it to one
    /// host. A new host key must be made known to its clients.
    ///
    /// ## References
    ///
    /// RFC 8332; OpenSSH release notes 8.8; ssh_config(5) HostKeyAlgorithms,
    /// PubkeyAcceptedAlgorithms.
    RSA_SHA1_DISABLED {
        id: "rsa-sha1-disabled",
        title: "only RSA signatures with SHA-1 are offered, and they are refused",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Agreement: OnlySha1HostKey usually, Agrees usually;
            Login: Denied usually, NeedsSecret usually;
            KeyOutcome: AlgorithmRefused always;
            AuthWords: Nothing always;
            ServerLog: Negotiation usually, KeyRefused sometimes, Nothing usually;
            ServerAlgorithms: Sha1HostKey usually, Usual usually;
        },
        shown_by: [
            Agreement::OnlySha1HostKey,
            KeyOutcome::AlgorithmRefused,
            ServerAlgorithms::Sha1HostKey,
        ],
        remedy: "make a key of another kind: ssh-keygen -t ed25519 (a user's), sudo ssh-keygen -A (the server's)",
    }
}
