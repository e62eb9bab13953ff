//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The lists of ciphers share no name. Old devices know only CBC modes, 3DES or arcfour;
    /// OpenSSH servers stopped offering CBC in 6.7 and clients in 7.6, which also removed arcfour,
    /// blowfish and cast. Or a hardening guide cut one list too far.
    ///
    /// ## How it shows
    ///
    /// `Unable to negotiate with HOST port 22: no matching cipher found. Their offer: …`, at once
    /// after both KEXINITs.
    ///
    /// ## What looks alike
    ///
    /// `mac-mismatch` and `kex-mismatch` name another list. A list per direction is compared: a
    /// server may accept a cipher one way only.
    ///
    /// ## How to mend it
    ///
    /// Update or reconfigure the old side. Otherwise a `Host` block for this host with
    /// `Ciphers +aes256-cbc`, or the strongest name that is offered. Forcing `aes256-ctr` changes
    /// nothing when the peer does not have it. Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// CBC modes leak a little to an attacker on the path; 3DES more so. Name one host, never
    /// `Host *`.
    ///
    /// ## References
    ///
    /// RFC 4253 §7.1; ssh_config(5) Ciphers; OpenSSH release notes 6.7, 7.6.
    CIPHER_MISMATCH {
        id: "cipher-mismatch",
        title: "no cipher in common",
        stage: KexInit,
        commonness: Occasional,
        predicts: {
            Agreement: NoCipher always;
            ServerLog: Negotiation usually, Nothing sometimes;
            ServerAlgorithms: OldCipher usually, Usual sometimes;
        },
        shown_by: [Agreement::NoCipher],
        remedy: "in ~/.ssh/config, for this host only: Ciphers +NAME, with the strongest name that the server offers",
    }
}
