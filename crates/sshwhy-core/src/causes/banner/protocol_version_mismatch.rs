//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server identifies itself as `SSH-1.5` (or another 1.x that is not 1.99): an old device
    /// that knows only protocol 1, which OpenSSH removed in 7.6.
    ///
    /// ## How it shows
    ///
    /// `Protocol major versions differ: 2 vs. 1`, at once and every time.
    ///
    /// ## What looks alike
    ///
    /// `kex-mismatch` and `cipher-mismatch` are old devices that speak SSH 2.
    /// `invalid-server-banner` is no version at all.
    ///
    /// ## How to mend it
    ///
    /// Update the device, or enable protocol 2 there (on many it needs a new RSA key of 2048 bits).
    /// Until then reach it over a serial console, or with a separate old client kept for this.
    ///
    /// ## Risk
    ///
    /// Protocol 1 is broken: whoever is on the path can read and change it. Use it on an isolated
    /// network only.
    ///
    /// ## References
    ///
    /// RFC 4253 §5.1; OpenSSH release notes 7.6.
    PROTOCOL_VERSION_MISMATCH {
        id: "protocol-version-mismatch",
        title: "one side speaks only SSH 1",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Hello: OldProtocol always;
        },
        shown_by: [Hello::OldProtocol],
        remedy: "enable SSH protocol 2 on the device, or update it",
    }
}
