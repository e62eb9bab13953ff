//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The name has no address: it does not exist, it exists without an address of the wanted
    /// family, or the name server fails, refuses or does not answer. ssh gives up before it sends a
    /// packet to the host.
    ///
    /// ## How it shows
    ///
    /// `Could not resolve hostname NAME: Name or service not known` (no such name), `No address
    /// associated with hostname`, or `Temporary failure in name resolution` (no usable answer; up
    /// to 10 seconds per name server later). The server sees nothing.
    ///
    /// ## What looks alike
    ///
    /// A `Host` alias that no `HostName` line turns into a real name ends the same way; `ssh -G
    /// NAME` shows it. `dns-wrong-address` gets an answer, and a wrong one. With a VPN that is
    /// down, private names do not exist: see `vpn-policy-denied`.
    ///
    /// ## How to mend it
    ///
    /// No such name: check the spelling, the search domain and `ssh -G`. No answer: ask each server
    /// of /etc/resolv.conf with `dig @SERVER NAME`; start the VPN whose resolver knows the name.
    /// Meanwhile `ssh -o HostKeyAlias=NAME ADDRESS` keeps the host key check intact.
    ///
    /// ## Risk
    ///
    /// None. Do not put the address into /etc/hosts and forget it there.
    ///
    /// ## References
    ///
    /// getaddrinfo(3); resolv.conf(5); RFC 2308.
    DNS_FAILURE {
        id: "dns-failure",
        title: "the name does not resolve",
        stage: Resolve,
        commonness: Common,
        predicts: {
            SystemLookup: NoSuchName usually, TryAgain usually, NoAddress rarely;
            LookupTime: Quick usually, Slow sometimes;
            NameServer: NoSuchName sometimes, Silent sometimes, Failing sometimes,
                Refusing sometimes, Unreachable sometimes, NoAddress rarely, Answers rarely;
        },
        shown_by: [SystemLookup::NoSuchName, SystemLookup::NoAddress, SystemLookup::TryAgain],
        remedy: "check the name (ssh -G {destination}), then ask each name server: dig {host} @SERVER",
    }
}
