//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The port belongs to another service: a web or mail server, TLS, a database. Either we knock
    /// at the wrong port, or a forwarding or load balancer leads to the wrong place.
    ///
    /// ## How it shows
    ///
    /// Foreign text or bytes where the identification string should be (`HTTP/1.1 400`, `220 `, a
    /// TLS alert), or nothing at all, when the service waits for its client to speak. ssh says
    /// `banner exchange: … invalid format`, or `kex_exchange_identification: Connection closed by
    /// remote host`.
    ///
    /// ## What looks alike
    ///
    /// `captive-portal` answers at every address and port. `invalid-server-banner` begins like SSH.
    /// `sshd-hung` is as silent as a service that waits. `port-in-use` is the same with an sshd
    /// that failed to start.
    ///
    /// ## How to mend it
    ///
    /// Check the port that is used (`ssh -G HOST`) and what listens there (`ss -ltnp`). Correct the
    /// port in the `Host` block, or the rule of the forwarding.
    ///
    /// ## Risk
    ///
    /// None on the client. Do not move a service whose users are not known.
    ///
    /// ## References
    ///
    /// RFC 4253 §4.2.
    WRONG_SERVICE_ON_PORT {
        id: "wrong-service-on-port",
        title: "something that is not SSH answers on that port",
        stage: Banner,
        commonness: Common,
        predicts: {
            Hello: OtherService usually, Silent sometimes, Closed sometimes, Malformed rarely,
                Reset rarely;
            HelloAcked: Acked always, NotAcked never;
            HelloDelay: AtOnce sometimes, Soon sometimes, Other sometimes, FiveSeconds never;
            Notice: Nothing usually, OtherText usually;
            ForeignService: Http usually, Mail sometimes, Tls sometimes, OtherBytes sometimes;
            OtherPort: Refused usually, Silent sometimes;
            SilentHello: Silent usually, OtherService sometimes;
            OddHello: OtherService usually, Silent usually, Closed sometimes;
            Listener: OtherProgram always;
            EndSentBy: Server always;
        },
        shown_by: [Listener::OtherProgram],
        remedy: "check the port: ssh -G {destination} | grep -E '^(hostname|port)'; on the server: \
                  sudo ss -ltnp",
    }
}
