//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The client tries Kerberos before keys. It looks for the realm of the host, its key
    /// distribution centre and the host's name by DNS, and waits for servers that do not answer,
    /// mostly outside the network where Kerberos lives.
    ///
    /// ## How it shows
    ///
    /// A pause of seconds after `Next authentication method: gssapi-with-mic`; then the next
    /// method goes on as usual.
    ///
    /// ## What looks alike
    ///
    /// `slow-dns`: the pause comes before the methods are named and lies with the server.
    /// `clock-skew` makes Kerberos fail at once.
    ///
    /// ## How to mend it
    ///
    /// When this host does not use Kerberos: `GSSAPIAuthentication no` in its `Host` block.
    /// Otherwise mend the name servers or the list of centres in krb5.conf. Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// Without Kerberos a login by ticket no longer works for that host.
    ///
    /// ## References
    ///
    /// ssh_config(5) GSSAPIAuthentication; krb5.conf(5); RFC 4462.
    SLOW_GSSAPI {
        id: "slow-gssapi",
        title: "the Kerberos step stalls the login",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            Login: Accepted usually, NeedsSecret sometimes, Denied rarely, Silent sometimes, ClosedEarly rarely;
            SlowStep: Gssapi always;
        },
        shown_by: [SlowStep::Gssapi],
        remedy: "in ~/.ssh/config, for this host: GSSAPIAuthentication no",
    }
}
