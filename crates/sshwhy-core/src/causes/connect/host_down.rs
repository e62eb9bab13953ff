//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// No machine has the address at present: it is switched off, still starting, crashed,
    /// unplugged, or moved to another address. On its own network nobody answers ARP or neighbour
    /// discovery; from farther away the last router says so, or nobody does.
    ///
    /// ## How it shows
    ///
    /// On the same network `No route to host` after about three seconds. From farther away the same
    /// words with an ICMP host-unreachable from the last router, or a time-out. A ping and every
    /// other port fail in the same way.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` and `cloud-security-group` may be silent on every port too: a single answer
    /// of any kind (a ping, a closed port) proves that the host lives. `no-route` is said at once,
    /// not after seconds. `dns-wrong-address` points at an address that nobody has.
    ///
    /// ## How to mend it
    ///
    /// Look at the machine: its console, its power, the hypervisor, the cloud's status page. From a
    /// neighbour on the same network: `arping ADDRESS`.
    ///
    /// ## Risk
    ///
    /// None in looking. A hard reset loses what was not written.
    ///
    /// ## References
    ///
    /// RFC 826, RFC 4861; RFC 1812 §5.2.7.1.
    HOST_DOWN {
        id: "host-down",
        title: "nothing answers at that address at all",
        stage: Connect,
        commonness: Common,
        predicts: {
            Connect: Silent usually, HostUnreachable sometimes, NeighbourFailed sometimes,
                Unreachable rarely, NetUnreachable rarely;
            IcmpSender: Router always;
            RefusalSpeed: TooFast sometimes, RoundTrip sometimes;
            OtherPort: Silent always, Rejected sometimes;
            Echo: Silent always, Unreachable sometimes;
            SynArrives: DoesNotArrive always;
            ReplyRoute: LinkDown usually, Exists sometimes;
        },
        shown_by: [ReplyRoute::LinkDown],
        remedy: "look at the machine itself: console, power, hypervisor; from its own network: \
                  arping {address}",
    }
}
