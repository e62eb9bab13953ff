//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The client's and the server's lists of key exchange methods share no name. Either one side
    /// is old (it knows only SHA-1 groups, which OpenSSH clients stopped offering in 7.0 and 8.2),
    /// or one list was cut down by hand. OpenSSH servers from 10.0 offer no finite-field
    /// Diffie-Hellman by default, which shuts out clients that know neither ECDH nor Curve25519.
    ///
    /// ## How it shows
    ///
    /// `Unable to negotiate with HOST port 22: no matching key exchange method found. Their offer: …`,
    /// at once after both KEXINITs. Both lists travel in clear text. The server logs the same
    /// sentence with our list.
    ///
    /// ## What looks alike
    ///
    /// `hostkey-alg-mismatch`, `cipher-mismatch` and `mac-mismatch` name another list in the same
    /// sentence. It is never a reset and never silence: those are `server-protocol-bug` or
    /// `mtu-black-hole`.
    ///
    /// ## How to mend it
    ///
    /// On the side that can be changed without lowering the other: update the old side, or put
    /// back what was cut. Where that is not possible, a `Host` block for this one host with
    /// `KexAlgorithms +diffie-hellman-group14-sha1` (take the strongest name from *their offer*).
    /// The plus sign matters: without it the line deletes every modern method. For an old client
    /// at a server from 10.0: `KexAlgorithms +diffie-hellman-group14-sha256` in sshd_config. Undo:
    /// delete the line.
    ///
    /// ## Risk
    ///
    /// A weak group exposes this connection, and only this host when the block names only it.
    /// `diffie-hellman-group1-sha1` can be broken by well-equipped attackers.
    ///
    /// ## References
    ///
    /// RFC 4253 §7.1; ssh_config(5) KexAlgorithms; OpenSSH release notes 7.0, 8.2, 10.0.
    KEX_MISMATCH {
        id: "kex-mismatch",
        title: "no key exchange method in common",
        stage: KexInit,
        commonness: Occasional,
        predicts: {
            Agreement: NoKex always;
            ServerLog: Negotiation usually, Nothing sometimes;
            ServerAlgorithms: OldKex usually, Usual sometimes;
        },
        shown_by: [Agreement::NoKex],
        remedy: "in ~/.ssh/config, for this host only: KexAlgorithms +NAME, with the strongest name that the server offers",
    }
}
