//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The name has an IPv6 and an IPv4 address. ssh tries them in the order that the resolver
    /// gives, one after the other, and waits for the first to fail before it tries the next: two
    /// minutes when the packets vanish.
    ///
    /// ## How it shows
    ///
    /// A long wait, then a login that works; or a time-out when the second family fails too. `ssh
    /// -v` shows one `Connecting to NAME [ADDRESS]` line for each. `ssh -4` works at once (or `ssh
    /// -6`, when IPv4 is the broken one).
    ///
    /// ## What looks alike
    ///
    /// `firewall-drop` and `host-down` stop both families. `sshd-listens-elsewhere` on one family
    /// refuses at once, which costs no time. `mtu-black-hole` on one family connects and hangs
    /// later.
    ///
    /// ## How to mend it
    ///
    /// Mend the route, the filter or the listener of that family, or take its record out of DNS.
    /// For oneself, until then: `AddressFamily inet` in a `Host` block.
    ///
    /// ## Risk
    ///
    /// Small. Taking a record out of DNS affects everybody who uses the name.
    ///
    /// ## References
    ///
    /// RFC 6724 (order of addresses); RFC 8305 (what ssh does not do); ssh_config(5),
    /// AddressFamily.
    IPV6_BROKEN {
        id: "ipv6-broken",
        title: "one address family does not work, and ssh tries it first",
        stage: Connect,
        commonness: Occasional,
        intermittent: true,
        predicts: {
            FirstAddress: FailsSlowly always;
            OtherFamily: Works always;
            Connect: Established always;
            OtherPort: Silent sometimes, Refused sometimes;
            Echo: Silent sometimes, Replies sometimes, Unreachable sometimes;
            ServerFilter: Admits usually, Drops sometimes;
            SynArrives: Arrives sometimes, DoesNotArrive usually;
        },
        shown_by: [],
        remedy: "ssh -4 {destination} (or -6) now; then mend that family, or remove its address from DNS",
    }
}
