//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The network wants a login on a web page first. Until then a gateway answers every connection
    /// itself, or drops what is not the web.
    ///
    /// ## How it shows
    ///
    /// A web page where the identification string should be, or a connection that opens and ends,
    /// for every host and port. `ssh -v` may show `banner line 0: HTTP/1.1 302`. The server sees
    /// nothing.
    ///
    /// ## What looks alike
    ///
    /// `wrong-service-on-port` answers on one port of one host only. `local-proxy-blocks-ssh` is a
    /// program on this machine. `middlebox-reset` lets the web pass.
    ///
    /// ## How to mend it
    ///
    /// Open any page without TLS in a browser, log in, try again. Or use another network.
    ///
    /// ## Risk
    ///
    /// None. Do not accept a changed host key behind a portal.
    ///
    /// ## References
    ///
    /// RFC 8952; RFC 8910.
    CAPTIVE_PORTAL {
        id: "captive-portal",
        title: "a portal on this network answers in the server's place",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            LookupAgreement: Agree usually, ServersDiffer sometimes;
            OtherPort: Open usually, Silent sometimes, Refused rarely;
            Echo: Replies usually, Silent sometimes;
            Hello: OtherService usually, Closed sometimes, Reset rarely, Silent rarely;
            ForeignService: Http usually, Tls rarely, OtherBytes rarely;
            HelloDelay: AtOnce usually, Soon sometimes, Other sometimes, FiveSeconds never;
            Notice: OtherText usually, Nothing sometimes;
            SilentHello: Silent usually, Closed sometimes;
            OddHello: OtherService usually, Closed sometimes, Silent rarely;
            SynArrives: DoesNotArrive always;
            EndSentBy: SomebodyElse always;
        },
        shown_by: [],
        remedy: "open a web page in a browser on this machine, log in to the network, and try \
                  again",
    }
}
