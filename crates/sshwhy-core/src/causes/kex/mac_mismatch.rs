//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The lists of message authentication codes share no name: one side knows only MD5, 96-bit or
    /// RIPEMD ones, or was hardened to `-etm` ones that the other does not know.
    ///
    /// ## How it shows
    ///
    /// `Unable to negotiate with HOST port 22: no matching MAC found. Their offer: …`.
    ///
    /// ## What looks alike
    ///
    /// `cipher-mismatch` names the cipher. MACs are not needed, and not compared, when the chosen
    /// cipher authenticates by itself (AES-GCM, ChaCha20-Poly1305), so a missing cipher can be
    /// what uncovers this.
    ///
    /// ## How to mend it
    ///
    /// Offer one authenticated cipher on both sides (`aes256-gcm@openssh.com`): no MAC is needed
    /// then. Otherwise a `Host` block with `MACs +hmac-sha1`, or the strongest name that is
    /// offered. Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// HMAC with SHA-1 is still sound; with MD5 it is a last resort for one host.
    ///
    /// ## References
    ///
    /// RFC 4253 §6.4, §7.1; ssh_config(5) MACs; OpenSSH PROTOCOL §1.6 (AES-GCM).
    MAC_MISMATCH {
        id: "mac-mismatch",
        title: "no MAC in common",
        stage: KexInit,
        commonness: Rare,
        predicts: {
            Agreement: NoMac always;
            ServerLog: Negotiation usually, Nothing sometimes;
            ServerAlgorithms: OldMac usually, Usual sometimes;
        },
        shown_by: [Agreement::NoMac],
        remedy: "in ~/.ssh/config, for this host only: MACs +NAME, with the strongest name that the server offers",
    }
}
