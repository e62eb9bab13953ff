//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Our packets arrive. The server's answers leave by another interface or gateway, or find no
    /// route back, and are lost or thrown away by a filter that never saw the first packet. Servers
    /// with two networks, a second default route or a wrong mask do this; so does strict
    /// reverse-path filtering.
    ///
    /// ## How it shows
    ///
    /// A time-out with every port silent, from some networks only. On the server `tcpdump` shows
    /// our SYN; the SYN-ACK leaves by another interface or not at all. The counters
    /// IPReversePathFilter, or OutNoRoutes together with ListenDrops, grow with each try.
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` never answers the SYN that arrives. `cloud-nacl` loses the answers too, in
    /// the cloud's own filter. `fail2ban-ban` by its `route` action makes the route back
    /// unreachable for one address. `host-down` does not see the SYN.
    ///
    /// ## How to mend it
    ///
    /// On the server: `ip route get SOURCE` must lead back through the interface on which the
    /// packet came. Add the missing route, or a rule of policy routing for the second network;
    /// loosen the reverse-path filter (`rp_filter=2`) on that interface only.
    ///
    /// ## Risk
    ///
    /// A wrong route can cut the session in which it is typed: arm an automatic way back first.
    ///
    /// ## References
    ///
    /// RFC 3704; ip-rule(8); Documentation/networking/ip-sysctl.rst, rp_filter.
    ASYMMETRIC_ROUTE {
        id: "asymmetric-route",
        title: "replies take another way and are lost",
        stage: Connect,
        commonness: Occasional,
        predicts: {
            Connect: Silent always;
            OtherPort: Silent always;
            Echo: Silent always;
            SynArrives: Arrives always;
            ReplyRoute: OtherInterface sometimes, ReversePathDrops sometimes, Missing sometimes,
                Prohibited sometimes, Exists sometimes;
        },
        shown_by: [ReplyRoute::ReversePathDrops],
        remedy: "on the server: ip route get {source}   must lead back by the interface on \
                  which the packets arrive",
    }
}
