//! The kernel's own judgement of a way, in both directions, and the routes that refuse:
//! rtnetlink(7), as `ip route get` asks it. Policy rules are applied by the kernel.

use std::fmt;
use std::io;
use std::net::IpAddr;

use super::interface;
use super::netlink;
use super::netlink::Wants;

/// A way that a packet takes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Way {
    /// The interface that it leaves by.
    pub interface: Option<String>,
    /// The router that it is sent to.
    pub gateway: Option<IpAddr>,
}

/// A route or a rule that refuses, as ip-route(8) and ip-rule(8) write it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// `unreachable`, `blackhole` or `prohibit`.
    pub kind: &'static str,
    /// Who is refused; for a rule also from where.
    pub selector: String,
    /// Bits of the address that must be equal.
    pub bits: u8,
    /// The routing table; for a rule its priority.
    pub number: u32,
    /// Whether it is a rule.
    pub is_rule: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, selector, number, .. } = self;
        if self.is_rule {
            return write!(f, "{number}: {selector} {kind}");
        }
        match *number {
            RT_TABLE_MAIN => write!(f, "{kind} {selector}"),
            other => write!(f, "{kind} {selector} table {other}"),
        }
    }
}

/// The way to an address, for packets that this host sends from `source`.
///
/// # Errors
///
/// `ENETUNREACH`: there is no route, or a rule says `unreachable`; `EHOSTUNREACH`, `EACCES`,
/// `EINVAL`: an `unreachable`, `prohibit` or `blackhole` route.
pub fn way(to: IpAddr, source: Option<IpAddr>) -> io::Result<Way> {
    get(to, source, None)
}

/// Whether the kernel takes a packet from `client` to our address `own` that comes in by an
/// interface: this applies rp_filter and refuses senders that cannot be. Where the host logs
/// martians, a refusal writes one line to the kernel's log.
///
/// # Errors
///
/// `EXDEV` for rp_filter before Linux 6.14; since then `EINVAL` for every refusal.
pub fn accepts(client: IpAddr, own: IpAddr, interface: &str) -> io::Result<()> {
    let index = interface::index(interface).ok_or(io::ErrorKind::NotFound)?;
    get(own, Some(client), Some(index)).map(drop)
}

/// The route that refuses an address, with the longest prefix, or the first rule that does.
///
/// # Errors
///
/// When the kernel does not answer within seconds, as with a very long table.
pub fn refusal(to: IpAddr, source: IpAddr) -> io::Result<Option<Refusal>> {
    let mut best: Option<Refusal> = None;
    dump(libc::RTM_GETROUTE, to, |message| {
        if let Some(found) = refusing_route(message, to)
            && best.as_ref().is_none_or(|b| b.bits < found.bits)
        {
            best = Some(found);
        }
    })?;
    if best.is_none() {
        dump(libc::RTM_GETRULE, to, |message| {
            if let Some(found) = refusing_rule(message, to, source)
                && best.as_ref().is_none_or(|b| b.number > found.number)
            {
                best = Some(found);
            }
        })?;
    }
    Ok(best)
}

/// Whether a policy rule looks at marks: then a route for unmarked packets says nothing of marked
/// ones.
pub fn has_mark_rule(family_of: IpAddr) -> bool {
    let mut found = false;
    let read = dump(libc::RTM_GETRULE, family_of, |message| {
        let mut kinds = netlink::attributes(message.get(HEADER_BYTES..).unwrap_or_default());
        found |= kinds.any(|(kind, _)| kind == FRA_FWMARK);
    });
    found || read.is_err()
}

// linux/rtnetlink.h, linux/fib_rules.h: struct rtmsg and struct fib_rule_hdr are alike.
const HEADER_BYTES: usize = 12;
const RTA_DST: u16 = 1;
const RTA_SRC: u16 = 2;
const RTA_IIF: u16 = 3;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_TABLE: u16 = 15;
const RTA_VIA: u16 = 18;
const FRA_PRIORITY: u16 = 6;
const FRA_FWMARK: u16 = 10;
const RT_TABLE_MAIN: u32 = 254;

fn get(to: IpAddr, source: Option<IpAddr>, comes_in_by: Option<u32>) -> io::Result<Way> {
    let bits = if to.is_ipv6() { 128 } else { 32 };
    let mut body = vec![family(to), bits, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    netlink::push_attribute(&mut body, RTA_DST, &octets(to));
    if let Some(source) = source {
        body[2] = bits;
        netlink::push_attribute(&mut body, RTA_SRC, &octets(source));
    }
    if let Some(index) = comes_in_by {
        netlink::push_attribute(&mut body, RTA_IIF, &index.to_ne_bytes());
    }
    let mut way = None;
    netlink::ask(libc::NETLINK_ROUTE, libc::RTM_GETROUTE, Wants::One, &body, |kind, message| {
        if kind == libc::RTM_NEWROUTE {
            way = decode_way(message);
        }
    })?;
    way.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn dump(kind: u16, family_of: IpAddr, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut body = vec![0; HEADER_BYTES];
    body[0] = family(family_of);
    netlink::ask(libc::NETLINK_ROUTE, kind, Wants::All, &body, |_, message| each(message))
}

fn decode_way(message: &[u8]) -> Option<Way> {
    let mut way = Way::default();
    for (kind, data) in netlink::attributes(message.get(HEADER_BYTES..)?) {
        match kind {
            RTA_OIF => way.interface = netlink::u32_at(data, 0).and_then(interface::name),
            RTA_GATEWAY => way.gateway = address(data),
            // A router of the other address family: its family comes first.
            RTA_VIA => way.gateway = data.get(2..).and_then(address),
            _ => {}
        }
    }
    Some(way)
}

fn refusing_route(message: &[u8], to: IpAddr) -> Option<Refusal> {
    let header: &[u8; HEADER_BYTES] = message.first_chunk()?;
    let kind = refusing(header[7])?;
    let (mut prefix, mut table) = (None, u32::from(header[4]));
    for (kind, data) in netlink::attributes(&message[HEADER_BYTES..]) {
        match kind {
            RTA_DST => prefix = address(data),
            RTA_TABLE => table = netlink::u32_at(data, 0)?,
            _ => {}
        }
    }
    let bits = header[1];
    if !contains(prefix, bits, to) {
        return None;
    }
    Some(Refusal { kind, selector: written(prefix, bits), bits, number: table, is_rule: false })
}

fn refusing_rule(message: &[u8], to: IpAddr, source: IpAddr) -> Option<Refusal> {
    let header: &[u8; HEADER_BYTES] = message.first_chunk()?;
    let kind = refusing(header[7])?;
    let (mut to_prefix, mut from_prefix, mut priority) = (None, None, 0);
    for (kind, data) in netlink::attributes(&message[HEADER_BYTES..]) {
        match kind {
            RTA_DST => to_prefix = address(data),
            RTA_SRC => from_prefix = address(data),
            FRA_PRIORITY => priority = netlink::u32_at(data, 0)?,
            _ => {}
        }
    }
    let (to_bits, from_bits) = (header[1], header[2]);
    if !contains(to_prefix, to_bits, to) || !contains(from_prefix, from_bits, source) {
        return None;
    }
    let from = if from_bits == 0 { "all".to_owned() } else { written(from_prefix, from_bits) };
    let selector = match to_bits {
        0 => format!("from {from}"),
        bits => format!("from {from} to {}", written(to_prefix, bits)),
    };
    Some(Refusal { kind, selector, bits: to_bits, number: priority, is_rule: true })
}

/// `RTN_…` of a route and `FR_ACT_…` of a rule have the same numbers.
fn refusing(kind: u8) -> Option<&'static str> {
    match kind {
        6 => Some("blackhole"),
        7 => Some("unreachable"),
        8 => Some("prohibit"),
        _ => None,
    }
}

/// Whether an address is in a prefix; no prefix is the default, which holds all.
fn contains(prefix: Option<IpAddr>, bits: u8, address: IpAddr) -> bool {
    let Some(prefix) = prefix else { return bits == 0 };
    let (prefix, address) = (octets(prefix), octets(address));
    let (whole, rest) = (usize::from(bits / 8), bits % 8);
    let mask = !(0xff_u8.checked_shr(rest.into()).unwrap_or(0));
    let byte = |of: &[u8]| of.get(whole).map(|b| b & mask);
    prefix.len() == address.len()
        && prefix.get(..whole).is_some_and(|start| address.starts_with(start))
        && (rest == 0 || byte(&prefix) == byte(&address))
}

fn written(prefix: Option<IpAddr>, bits: u8) -> String {
    match prefix {
        None => "default".to_owned(),
        Some(v4 @ IpAddr::V4(_)) if bits == 32 => v4.to_string(),
        Some(v6 @ IpAddr::V6(_)) if bits == 128 => v6.to_string(),
        Some(other) => format!("{other}/{bits}"),
    }
}

fn family(address: IpAddr) -> u8 {
    if address.is_ipv6() { libc::AF_INET6 as u8 } else { libc::AF_INET as u8 }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn address(data: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(data).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(data).map(IpAddr::from)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn message(kind: u8, bits: u8, prefix: &[u8], table: u32) -> Vec<u8> {
        let mut bytes = vec![2, bits, 0, 0, 254, 0, 0, kind, 0, 0, 0, 0];
        if !prefix.is_empty() {
            netlink::push_attribute(&mut bytes, RTA_DST, prefix);
        }
        netlink::push_attribute(&mut bytes, RTA_TABLE, &table.to_ne_bytes());
        bytes
    }

    fn check(message: &[u8], to: &str, expected: Option<&str>) {
        let found = refusing_route(message, ip(to)).map(|r| r.to_string());
        assert_eq!(found.as_deref(), expected, "{message:?} {to}");
    }

    #[test]
    fn hostile_messages() {
        let whole = message(7, 32, &[10, 0, 0, 1], 254);
        for end in 0..whole.len() {
            let _ = refusing_route(&whole[..end], ip("10.0.0.1"));
            let _ = refusing_rule(&whole[..end], ip("10.0.0.1"), ip("10.0.0.1"));
            let _ = decode_way(&whole[..end]);
        }
        check(&[], "10.0.0.1", None);
        // Bits beyond the address, and a prefix of another family.
        check(&message(7, 255, &[10, 0, 0, 1], 254), "10.0.0.1", None);
        check(&message(7, 33, &[10, 0, 0, 1], 254), "10.0.0.1", Some("unreachable 10.0.0.1/33"));
        check(&message(7, 8, &[10; 16], 254), "10.0.0.1", None);
        check(&message(7, 8, &[10; 3], 254), "10.0.0.1", None);
    }

    #[test]
    fn routes_that_refuse() {
        let host = message(7, 32, &[10, 0, 0, 1], 254);
        check(&host, "10.0.0.1", Some("unreachable 10.0.0.1"));
        check(&host, "10.0.0.2", None);
        let net = message(8, 9, &[10, 128, 0, 0], 100);
        check(&net, "10.255.0.1", Some("prohibit 10.128.0.0/9 table 100"));
        check(&net, "10.127.0.1", None);
        check(&message(6, 0, &[], 254), "192.0.2.1", Some("blackhole default"));
        check(&message(1, 32, &[10, 0, 0, 1], 254), "10.0.0.1", None);
    }

    #[test]
    fn the_way_to_ourselves_is_there() {
        let way = way(ip("127.0.0.1"), None).unwrap();
        assert_eq!((way.interface.as_deref(), way.gateway), (Some("lo"), None));
        assert_eq!(refusal(ip("127.0.0.1"), ip("127.0.0.1")).unwrap(), None);
        let missing = accepts(ip("127.0.0.1"), ip("127.0.0.1"), "no such interface");
        assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
