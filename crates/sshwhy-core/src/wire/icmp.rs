//! What ICMP and ICMPv6 errors mean: type and code to a name, for the errors that a socket reports with `IP_RECVERR`.
//!
//! Must never parse packets here, and does not say who sent an error or why.

use std::fmt;

/// An ICMP or ICMPv6 error that ends or hinders a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IcmpError {
    /// A packet filter or a policy refuses: IPv4 code 13, IPv6 code 1.
    AdminProhibited,
    /// The host is not there: IPv4 codes 1 and 7, IPv6 code 3.
    HostUnreachable,
    /// IPv4 codes 8 and 10: what `iptables … --reject-with icmp-host-prohibited` sends.
    HostProhibited,
    /// No route to the network: IPv4 codes 0 and 6, IPv6 code 0.
    NetUnreachable,
    /// IPv4 code 9.
    NetProhibited,
    /// The packet does not fit: IPv4 code 4, ICMPv6 type 2.
    PacketTooBig,
    /// IPv6 code 5: the source address failed an ingress or egress policy.
    PolicyFailed,
    /// Nothing listens on the port, or a packet filter says so: IPv4 code 3, IPv6 code 4.
    PortUnreachable,
    /// IPv4 codes 14 and 15: the precedence is refused.
    PrecedenceRefused,
    /// The protocol is not known: IPv4 code 2, ICMPv6 type 4 code 1.
    ProtocolUnreachable,
    /// IPv6 code 6: a route says reject.
    RejectRoute,
    /// IPv6 code 2: the packet would leave the scope of its source address.
    BeyondScope,
    /// IPv4 code 5: a source route failed.
    SourceRouteFailed,
    /// TTL or hop limit reached zero: a routing loop, or a trace.
    TimeExceeded,
    /// IPv4 codes 11 and 12: not for this type of service, i.e. this DSCP.
    TosUnreachable,
}

/// The meaning of an ICMP error over IPv4 (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1); `None` when it is no
/// error that concerns a connection.
#[must_use]
pub fn of_ipv4(kind: u8, code: u8) -> Option<IcmpError> {
    Some(match (kind, code) {
        (3, 0 | 6) => IcmpError::NetUnreachable,
        (3, 1 | 7) => IcmpError::HostUnreachable,
        (3, 2) => IcmpError::ProtocolUnreachable,
        (3, 3) => IcmpError::PortUnreachable,
        (3, 4) => IcmpError::PacketTooBig,
        (3, 5) => IcmpError::SourceRouteFailed,
        (3, 8 | 10) => IcmpError::HostProhibited,
        (3, 9) => IcmpError::NetProhibited,
        (3, 11 | 12) => IcmpError::TosUnreachable,
        (3, 13) => IcmpError::AdminProhibited,
        (3, 14 | 15) => IcmpError::PrecedenceRefused,
        (11, 0) => IcmpError::TimeExceeded,
        _ => return None,
    })
}

/// The meaning of an ICMPv6 error (RFC 4443 section 3).
#[must_use]
pub fn of_ipv6(kind: u8, code: u8) -> Option<IcmpError> {
    Some(match (kind, code) {
        (1, 0) => IcmpError::NetUnreachable,
        (1, 1) => IcmpError::AdminProhibited,
        (1, 2) => IcmpError::BeyondScope,
        (1, 3) => IcmpError::HostUnreachable,
        (1, 4) => IcmpError::PortUnreachable,
        (1, 5) => IcmpError::PolicyFailed,
        (1, 6) => IcmpError::RejectRoute,
        (2, _) => IcmpError::PacketTooBig,
        (3, 0) => IcmpError::TimeExceeded,
        (4, 1) => IcmpError::ProtocolUnreachable,
        _ => return None,
    })
}

impl IcmpError {
    /// What the RFCs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AdminProhibited => "communication administratively prohibited",
            Self::HostUnreachable => "host unreachable",
            Self::HostProhibited => "host administratively prohibited",
            Self::NetUnreachable => "no route to network",
            Self::NetProhibited => "network administratively prohibited",
            Self::PacketTooBig => "packet too big",
            Self::PolicyFailed => "source address failed ingress/egress policy",
            Self::PortUnreachable => "port unreachable",
            Self::PrecedenceRefused => "precedence violation",
            Self::ProtocolUnreachable => "protocol unreachable",
            Self::RejectRoute => "reject route to destination",
            Self::BeyondScope => "beyond scope of source address",
            Self::SourceRouteFailed => "source route failed",
            Self::TimeExceeded => "time to live exceeded",
            Self::TosUnreachable => "unreachable for this type of service",
        }
    }
}

impl fmt::Display for IcmpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::IcmpError;
    use super::of_ipv4;
    use super::of_ipv6;

    #[test]
    fn types_and_codes() {
        let check = |found: Option<IcmpError>, expected: Option<&str>| {
            assert_eq!(found.map(IcmpError::name), expected);
        };
        check(of_ipv4(0, 0), None);
        check(of_ipv4(3, 16), None);
        check(of_ipv4(11, 1), None);
        check(of_ipv6(1, 7), None);
        check(of_ipv6(128, 0), None);
        check(of_ipv4(3, 3), Some("port unreachable"));
        check(of_ipv4(3, 4), Some("packet too big"));
        check(of_ipv4(3, 10), Some("host administratively prohibited"));
        check(of_ipv4(3, 13), Some("communication administratively prohibited"));
        check(of_ipv6(1, 1), Some("communication administratively prohibited"));
        check(of_ipv6(1, 4), Some("port unreachable"));
        check(of_ipv6(2, 0), Some("packet too big"));
    }
}
