//! What packets are compared with, as numbers: names of protocols, flags, states and devices (nft(8), "DATA TYPES").

use std::net::IpAddr;

use crate::parse::nft::Expr;
use crate::parse::nft::Operator;

/// What kind of values a field has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Kind {
    Ip4,
    Ip6,
    Number,
    Protocol,
    Family,
    EtherType,
    Device,
    DeviceType,
    CtState,
    CtStatus,
    CtDirection,
    TcpFlags,
    Fib,
    PacketType,
    User,
    /// Its values are of no use, since it is never known.
    Opaque,
}

/// As many bits as the longest key has.
const DEVICE_BYTES: usize = 16;

/// The single value that an expression stands for; flags are joined.
pub(super) fn scalar(expr: &Expr, kind: Kind) -> Option<u128> {
    match expr {
        Expr::Number(number) => Some(u128::from(*number)),
        Expr::Bool(value) => Some(u128::from(*value)),
        Expr::Address(address) => match (address, kind) {
            (IpAddr::V4(address), Kind::Ip4) => Some(u128::from(address.to_bits())),
            (IpAddr::V6(address), Kind::Ip6) => Some(address.to_bits()),
            _ => None,
        },
        Expr::Text(text) => named(text, kind),
        Expr::List(parts) | Expr::Binary(Operator::Or, parts) => {
            parts.iter().try_fold(0, |all, part| Some(all | scalar(part, kind)?))
        }
        _ => None,
    }
}

/// The lowest and the highest value that an expression stands for.
pub(super) fn interval(expr: &Expr, kind: Kind) -> Option<(u128, u128)> {
    match expr {
        Expr::Prefix(address, length) => {
            let (address, width) = match (address, kind) {
                (IpAddr::V4(address), Kind::Ip4) => (u128::from(address.to_bits()), 32_u32),
                (IpAddr::V6(address), Kind::Ip6) => (address.to_bits(), 128),
                _ => return None,
            };
            let free = width.checked_sub(u32::from(*length))?;
            let host = u128::MAX.checked_shr(128 - free).unwrap_or(0);
            Some((address & !host, address | host))
        }
        Expr::Range(ends) => {
            let ends = (scalar(&ends.0, kind)?, scalar(&ends.1, kind)?);
            (ends.0 <= ends.1).then_some(ends)
        }
        Expr::Text(text) if kind == Kind::Device => Some(device(text)),
        _ => scalar(expr, kind).map(|value| (value, value)),
    }
}

/// A device by its name; a star at the end stands for the rest.
fn device(text: &str) -> (u128, u128) {
    match text.strip_suffix('*') {
        Some(begin) => (device_name(begin, 0), device_name(begin, u8::MAX)),
        None => (device_name(text, 0), device_name(text, 0)),
    }
}

/// The bytes of a name as a number, filled up.
pub(super) fn device_name(name: &str, fill: u8) -> u128 {
    let mut bytes = [fill; DEVICE_BYTES];
    for (byte, from) in bytes.iter_mut().zip(name.bytes()) {
        *byte = from;
    }
    u128::from_be_bytes(bytes)
}

fn named(text: &str, kind: Kind) -> Option<u128> {
    if kind == Kind::Device {
        return Some(device_name(text, 0));
    }
    let number = match text.strip_prefix("0x") {
        Some(hex) => u128::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    number.or_else(|| {
        let found = names(kind).iter().find(|(name, _)| *name == text);
        match (found, kind) {
            (Some((_, value)), _) => Some(*value),
            // A protocol of /etc/protocols that we do not know is in any case not TCP.
            (None, Kind::Protocol) => Some(u128::from(u16::MAX)),
            (None, _) => None,
        }
    })
}

fn names(kind: Kind) -> &'static [(&'static str, u128)] {
    match kind {
        Kind::Protocol => &[
            ("tcp", 6),
            ("udp", 17),
            ("icmp", 1),
            ("ipv6-icmp", 58),
            ("icmpv6", 58),
            ("sctp", 132),
            ("dccp", 33),
        ],
        Kind::Family => &[("ipv4", 2), ("ipv6", 10)],
        Kind::EtherType => &[("ip", 0x0800), ("ip6", 0x86dd), ("arp", 0x0806), ("vlan", 0x8100)],
        Kind::DeviceType => &[("loopback", 772), ("ether", 1), ("ppp", 512), ("none", 0xfffe)],
        Kind::CtState => {
            &[("invalid", 1), ("established", 2), ("related", 4), ("new", 8), ("untracked", 64)]
        }
        Kind::CtStatus => &[
            ("expected", 1),
            ("seen-reply", 2),
            ("assured", 4),
            ("confirmed", 8),
            ("snat", 16),
            ("dnat", 32),
            ("dying", 512),
        ],
        Kind::CtDirection => &[("original", 0), ("reply", 1)],
        Kind::TcpFlags => &[
            ("fin", 1),
            ("syn", 2),
            ("rst", 4),
            ("psh", 8),
            ("ack", 16),
            ("urg", 32),
            ("ecn", 64),
            ("cwr", 128),
        ],
        Kind::Fib => &[
            ("unspec", 0),
            ("unicast", 1),
            ("local", 2),
            ("broadcast", 3),
            ("anycast", 4),
            ("multicast", 5),
            ("blackhole", 6),
            ("unreachable", 7),
            ("prohibit", 8),
        ],
        Kind::PacketType => {
            &[("host", 0), ("unicast", 0), ("broadcast", 1), ("multicast", 2), ("other", 3)]
        }
        Kind::User => &[("root", 0)],
        Kind::Ip4 | Kind::Ip6 | Kind::Number | Kind::Device | Kind::Opaque => &[],
    }
}
