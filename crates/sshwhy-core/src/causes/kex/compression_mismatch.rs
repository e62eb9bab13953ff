//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The lists of compression methods share no name. Some old servers insist on `zlib`, which
    /// compresses before the login; OpenSSH from 7.4 offers only `none` and `zlib@openssh.com`,
    /// which starts after it.
    ///
    /// ## How it shows
    ///
    /// `Unable to negotiate with HOST port 22: no matching compression method found. Their offer: zlib`.
    ///
    /// ## What looks alike
    ///
    /// `cipher-mismatch` and `mac-mismatch` name another list.
    ///
    /// ## How to mend it
    ///
    /// Allow `none` on the peer. No option of a current OpenSSH client brings `zlib` back, so
    /// where the peer cannot be changed only an older client helps.
    ///
    /// ## Risk
    ///
    /// None: `none` is what nearly everybody uses.
    ///
    /// ## References
    ///
    /// RFC 4253 §6.2; sshd_config(5) Compression; OpenSSH release notes 7.4.
    COMPRESSION_MISMATCH {
        id: "compression-mismatch",
        title: "no compression method in common",
        stage: KexInit,
        commonness: Exotic,
        predicts: {
            Agreement: NoCompression always;
            ServerLog: Negotiation usually, Nothing sometimes;
        },
        shown_by: [Agreement::NoCompression],
        remedy: "on the peer: allow compression none",
    }
}
