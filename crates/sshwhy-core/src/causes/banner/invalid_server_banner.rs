//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// What answers speaks nearly SSH: an identification string without a version, with forbidden
    /// characters or too long, or line after line of text before it: a tarpit that holds scanners,
    /// a wrapper script that prints, a console server.
    ///
    /// ## How it shows
    ///
    /// `Bad remote protocol version identification: '…'`, `banner line contains invalid
    /// characters`, `banner line too long`, `No SSH version received in first 1024 lines from
    /// server`, or an ssh that reads for ever: `ConnectTimeout` starts anew with each byte.
    ///
    /// ## What looks alike
    ///
    /// `wrong-service-on-port` does not begin like SSH. `protocol-version-mismatch` is a good
    /// identification of the old protocol. Text before the identification is allowed and harmless,
    /// when the identification follows.
    ///
    /// ## How to mend it
    ///
    /// Use the real port: administrators who run a tarpit on 22 have sshd elsewhere. Otherwise mend
    /// what prints before sshd, or the device's firmware.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// RFC 4253 §4.2.
    INVALID_SERVER_BANNER {
        id: "invalid-server-banner",
        title: "the server's identification is malformed, or never ends",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Hello: Malformed usually, Silent sometimes, OtherService sometimes;
            HelloAcked: Acked always;
            ForeignService: OtherBytes always;
            Notice: OtherText always;
            SilentHello: Identification usually, Silent sometimes, OtherService sometimes;
            OddHello: Complains usually, Silent sometimes, OtherService sometimes;
            Listener: Malformed usually, OtherProgram sometimes, Listens sometimes;
            EndSentBy: Server always;
        },
        shown_by: [Hello::Malformed, Listener::Malformed],
        remedy: "ask for the real ssh port of {host}; nc {host} {port} shows what answers there",
    }
}
