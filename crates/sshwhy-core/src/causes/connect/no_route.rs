//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Either this machine has no way to send a packet to that network (no default route, a VPN
    /// that is down, a route that forbids it), or a router on the way has none and says so.
    ///
    /// ## How it shows
    ///
    /// `Network is unreachable`, `No route to host`, `Permission denied` (a `prohibit` route) or
    /// `Invalid argument` (a `blackhole` route). When it is our own routing table the error comes
    /// at once; otherwise an ICMP error comes from a router after a part of the round trip. The
    /// server sees nothing.
    ///
    /// ## What looks alike
    ///
    /// `host-down` gets the same ICMP error from the last router, but only after some seconds, when
    /// neighbour discovery has failed. `firewall-reject` sends the same errors on purpose, usually
    /// from the server itself and with "prohibited" as the reason. `dns-wrong-address` leads to
    /// networks that do not exist.
    ///
    /// ## How to mend it
    ///
    /// `ip route get ADDRESS` shows what this machine would do. Start the VPN, or renew the lease;
    /// `ip route add` mends it until the next change. When a router answers, its owner must mend
    /// it: its address is in the ICMP error.
    ///
    /// ## Risk
    ///
    /// Small. A default route added by hand can lead packets past a VPN that they were meant for.
    ///
    /// ## References
    ///
    /// ip-route(8); RFC 792 and RFC 4443 (destination unreachable).
    NO_ROUTE {
        id: "no-route",
        title: "there is no route to the address",
        stage: Connect,
        commonness: Common,
        predicts: {
            Route: Exists usually, Missing usually, Prohibited sometimes, Unreachable sometimes,
                BlackHole rarely;
            Connect: HostUnreachable usually, NetUnreachable usually, Unreachable usually,
                LocalDenied sometimes, NeighbourFailed rarely, LocalError rarely;
            IcmpSender: Router always;
            RefusalSpeed: TooFast usually, RoundTrip sometimes;
            OtherPort: Rejected usually, Silent usually;
            Echo: Unreachable usually, Silent usually;
            SynArrives: DoesNotArrive always;
            ReplyRoute: Missing sometimes, Exists usually;
        },
        shown_by: [
            Route::Missing,
            Route::Prohibited,
            Route::Unreachable,
            Route::BlackHole,
            ReplyRoute::Missing,
        ],
        remedy: "ip route get {address}   and mend the route that is missing (VPN down? gateway \
                  gone?)",
    }
}
