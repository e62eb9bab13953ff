//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A browser, a scanner, a TLS client, a load balancer that prepends its `PROXY` line, or a
    /// script sends something else than an identification string to sshd.
    ///
    /// ## How it shows
    ///
    /// Only the server's log shows it: `client sent invalid protocol identifier "GET / HTTP/1.1"`,
    /// `Bad protocol version identification`, `banner exchange: … invalid format`. That client gets
    /// `Invalid SSH identification string.` Real users are not affected, unless all of them come
    /// through that balancer.
    ///
    /// ## What looks alike
    ///
    /// `health-check-probe` says nothing at all. `invalid-server-banner` is the other direction.
    /// `wrong-service-on-port` is a client at the wrong port.
    ///
    /// ## How to mend it
    ///
    /// Find the source in the log and correct it; switch the PROXY protocol off for this port.
    /// Scanners of the internet are only noise.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// RFC 4253 §4.2; OpenSSH `kex.c`, kex_exchange_identification.
    WRONG_PROTOCOL_CLIENT {
        id: "wrong-protocol-client",
        title: "what connects to sshd does not speak SSH",
        stage: Banner,
        commonness: Exotic,
        intermittent: true,
        predicts: {
            ServerLog: NotSsh always;
            EndSentBy: Server always;
        },
        shown_by: [ServerLog::NotSsh],
        remedy: "on the server: find the source in the log (journalctl -u ssh -g 'invalid \
                  protocol identifier') and correct it",
    }
}
