//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The name resolves, but to a machine that is gone, replaced or never was the host: a stale
    /// record, a forgotten line in /etc/hosts, an address that was given to somebody else, or a
    /// resolver that answers differently inside and outside.
    ///
    /// ## How it shows
    ///
    /// Anything that a wrong machine can do: no answer, `No route to host`, a refused connection,
    /// another service, or a host key that is on record for another name. Telling is that the
    /// sources of the address disagree, or that the key which answers is known under another name.
    ///
    /// ## What looks alike
    ///
    /// `host-down`, `no-listener` and `host-key-changed` are what it looks like; they have the
    /// right address. `dns-failure` has none. `captive-portal` answers at every address.
    ///
    /// ## How to mend it
    ///
    /// Compare `getent ahosts NAME`, `dig NAME`, /etc/hosts and what the cloud or the console says;
    /// correct the record. Do not delete the host key on record before it is clear which machine
    /// answers.
    ///
    /// ## Risk
    ///
    /// A wrong address may be an attack: never type a password at a host whose key is not the one
    /// on record.
    ///
    /// ## References
    ///
    /// getaddrinfo(3); nsswitch.conf(5); RFC 4255 for host keys in DNS.
    DNS_WRONG_ADDRESS {
        id: "dns-wrong-address",
        title: "the name leads to an address that is not the host",
        stage: HostKey,
        commonness: Occasional,
        predicts: {
            LookupAgreement: Agree usually, HostsFile sometimes, HostsFileDiffers sometimes, ServersDiffer sometimes;
            Connect: HostUnreachable sometimes, Silent sometimes, Reset sometimes,
                Established usually, NeighbourFailed rarely, Refused rarely, Unreachable rarely;
            FirstAddress: SiblingFails sometimes, Works usually;
            IcmpSender: Router always;
            RefusalSpeed: RoundTrip always;
            OtherPort: Silent usually, Refused sometimes;
            Echo: Silent sometimes, Replies sometimes, Unreachable sometimes;
            HostKey: Changed usually, Unknown sometimes;
            KeyElsewhere: Yes usually, No sometimes;
            SynArrives: DoesNotArrive always;
            Listener: Listens always;
        },
        shown_by: [LookupAgreement::HostsFileDiffers, FirstAddress::SiblingFails],
        remedy: "compare: getent ahosts {host}; dig +short {host}; and correct the record that \
                  is wrong",
    }
}
