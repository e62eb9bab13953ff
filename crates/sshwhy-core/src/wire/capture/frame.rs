//! The headers of a packet, down to TCP or to an ICMP error about TCP: Ethernet with VLAN and PPPoE, Linux "any" (SLL, SLL2), BSD
//! loopback, PPP and bare IP; IPv4 and IPv6 with their extensions; IP in IP, and GRE.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

use crate::wire::icmp;
use crate::wire::icmp::IcmpError;

/// So many headers may stand within each other.
const MAX_DEPTH: usize = 8;

/// A packet by its headers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame<'a> {
    /// Who sent it.
    pub source: IpAddr,
    /// Whom it is for.
    pub destination: IpAddr,
    /// Time to live, or hop limit, as it was captured.
    pub ttl: u8,
    /// The identification of IPv4.
    pub id: Option<u16>,
    /// How long it says that it is, headers of IP included.
    pub length: usize,
    /// What it carries.
    pub content: Content<'a>,
}

/// `LINKTYPE_RAW`: what begins with an IP header.
pub const RAW: u16 = 101;

impl Frame<'_> {
    /// Both ends of the connection that it is of, or that an error is about; who sent that packet first.
    pub fn ends(&self) -> (SocketAddr, SocketAddr) {
        let (source, port, destination, to) = match &self.content {
            Content::Tcp(tcp) => {
                (self.source, tcp.source_port, self.destination, tcp.destination_port)
            }
            Content::Icmp(_, lost) => *lost,
        };
        (SocketAddr::new(source, port), SocketAddr::new(destination, to))
    }
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content<'a> {
    /// A segment of TCP.
    Tcp(Segment<'a>),
    /// An error, and the ends of the connection that it is about as the lost packet had them: source, its port, destination,
    /// its port.
    Icmp(IcmpError, (IpAddr, u16, IpAddr, u16)),
}

/// A segment of TCP (RFC 9293 3.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment<'a> {
    /// The sender's port.
    pub source_port: u16,
    /// The receiver's port.
    pub destination_port: u16,
    /// The number of its first byte.
    pub sequence: u32,
    /// The number of the byte that is expected next.
    pub acknowledgement: u32,
    /// FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    pub flags: u8,
    /// The window, not scaled.
    pub window: u16,
    /// Its options, as far as they were captured.
    pub options: &'a [u8],
    /// How many bytes it carries, also where fewer were captured.
    pub length: usize,
    /// Those that were captured.
    pub payload: &'a [u8],
}

impl Segment<'_> {
    /// Whether a flag is set.
    pub const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The sender's clock, and the receiver's as the sender saw it last (RFC 7323 3).
    pub fn timestamps(&self) -> Option<(u32, u32)> {
        // As nearly every system lays them out, and nothing else.
        if let [1, 1, 8, 10, times @ ..] = self.options {
            return Some((be32(times, 0)?, be32(times, 4)?));
        }
        let times = option(self.options, 8)?;
        Some((be32(times, 0)?, be32(times, 4)?))
    }

    /// Whether a SYN has its options in the order in which only Linux writes them: segment size, selective acknowledgement, clock
    /// (`net/ipv4/tcp_output.c`, tcp_options_write).
    pub fn is_syn_of_linux(&self) -> bool {
        matches!(self.options, [2, 4, _, _, 4, 2, 8, 10, ..])
    }

    /// The end of the last piece that arrived behind a gap (RFC 2018 3).
    pub fn sacked(&self) -> Option<u32> {
        let options = match self.options {
            [1, 1, 8, 10, _, _, _, _, _, _, _, _, rest @ ..] => rest,
            all => all,
        };
        let blocks = option(options, 5)?.chunks_exact(8);
        let ends = blocks.filter_map(|block| be32(block, 4));
        ends.max_by_key(|end| end.wrapping_sub(self.acknowledgement))
    }
}

/// FIN.
pub const FIN: u8 = 1;
/// SYN.
pub const SYN: u8 = 2;
/// RST.
pub const RST: u8 = 4;
/// ACK.
pub const ACK: u8 = 16;

/// Reads the headers of a packet that begins with a link type; `None` when it is not about TCP.
pub fn parse(link: u16, bytes: &[u8]) -> Option<Frame<'_>> {
    match link {
        // LINKTYPE_NULL and LINKTYPE_LOOP: a family of the system's own, which the IP version tells as well.
        0 | 108 => ip(bytes.get(4..)?, MAX_DEPTH),
        1 => ethernet(bytes.get(12..)?, MAX_DEPTH),
        9 => ppp(bytes),
        12 | 14 | 101 | 228 | 229 => ip(bytes, MAX_DEPTH),
        113 => ethernet(bytes.get(14..)?, MAX_DEPTH),
        276 => by_type(be16(bytes, 0)?, bytes.get(20..)?, MAX_DEPTH),
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_be_bytes(*b))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_be_bytes(*b))
}

/// From the type on.
fn ethernet(bytes: &[u8], depth: usize) -> Option<Frame<'_>> {
    by_type(be16(bytes, 0)?, bytes.get(2..)?, depth)
}

fn by_type(kind: u16, bytes: &[u8], depth: usize) -> Option<Frame<'_>> {
    let depth = depth.checked_sub(1)?;
    match kind {
        0x0800 | 0x86dd => ip(bytes, depth),
        // 802.1Q and 802.1ad: a tag, then the type of what follows.
        0x8100 | 0x88a8 | 0x9100 => ethernet(bytes.get(2..)?, depth),
        // PPPoE: version, code, session, length; then PPP.
        0x8864 => ppp(bytes.get(6..)?),
        _ => None,
    }
}

fn ppp(bytes: &[u8]) -> Option<Frame<'_>> {
    let bytes = bytes.strip_prefix(&[0xff, 0x03]).unwrap_or(bytes);
    match be16(bytes, 0)? {
        0x0021 | 0x0057 => ip(bytes.get(2..)?, MAX_DEPTH),
        _ => None,
    }
}

fn ip(bytes: &[u8], depth: usize) -> Option<Frame<'_>> {
    let depth = depth.checked_sub(1)?;
    match bytes.first()? >> 4 {
        4 => ipv4(bytes, depth),
        6 => ipv6(bytes, depth),
        _ => None,
    }
}

fn ipv4(bytes: &[u8], depth: usize) -> Option<Frame<'_>> {
    let header = usize::from(bytes.first()? & 15) * 4;
    let total = usize::from(be16(bytes, 2)?);
    // Offloading writes 0 where the packet is too long for the field.
    let length = if total == 0 { bytes.len() } else { total };
    let address = |at| be32(bytes, at).map(|a| IpAddr::V4(Ipv4Addr::from_bits(a)));
    let head = Head {
        source: address(12)?,
        destination: address(16)?,
        ttl: *bytes.get(8)?,
        id: be16(bytes, 4),
        length,
    };
    // Only the first of several fragments has the headers.
    if header < 20 || be16(bytes, 6)? & 0x1fff != 0 {
        return None;
    }
    let end = length.min(bytes.len());
    let body = bytes.get(header..end)?;
    carried(head, *bytes.get(9)?, body, length.checked_sub(header)?, depth)
}

fn ipv6(bytes: &[u8], depth: usize) -> Option<Frame<'_>> {
    let address = |at: usize| {
        let bytes: [u8; 16] = *bytes.get(at..)?.first_chunk()?;
        Some(IpAddr::V6(Ipv6Addr::from(bytes)))
    };
    let payload = usize::from(be16(bytes, 4)?);
    let length = if payload == 0 { bytes.len() } else { 40 + payload };
    let head = Head {
        source: address(8)?,
        destination: address(24)?,
        ttl: *bytes.get(7)?,
        id: None,
        length,
    };
    let mut next = *bytes.get(6)?;
    let mut at = 40;
    for _ in 0..MAX_DEPTH {
        match next {
            // Hop-by-hop, routing and destination options.
            0 | 43 | 60 => {
                let size = usize::from(*bytes.get(at + 1)?) * 8 + 8;
                next = *bytes.get(at)?;
                at += size;
            }
            44 => {
                if be16(bytes, at + 2)? & 0xfff8 != 0 {
                    return None;
                }
                next = *bytes.get(at)?;
                at += 8;
            }
            _ => break,
        }
    }
    let body = bytes.get(at..length.min(bytes.len()))?;
    carried(head, next, body, length.checked_sub(at)?, depth)
}

struct Head {
    source: IpAddr,
    destination: IpAddr,
    ttl: u8,
    id: Option<u16>,
    length: usize,
}

impl Head {
    fn with(self, content: Content<'_>) -> Frame<'_> {
        let Self { source, destination, ttl, id, length } = self;
        Frame { source, destination, ttl, id, length, content }
    }
}

/// `size` is how long the body was before it was cut.
fn carried(head: Head, protocol: u8, body: &[u8], size: usize, depth: usize) -> Option<Frame<'_>> {
    match protocol {
        6 => Some(head.with(Content::Tcp(tcp(body, size)?))),
        1 => {
            let error = icmp::of_ipv4(*body.first()?, *body.get(1)?)?;
            Some(head.with(Content::Icmp(error, lost(body.get(8..)?)?)))
        }
        58 => {
            let error = icmp::of_ipv6(*body.first()?, *body.get(1)?)?;
            Some(head.with(Content::Icmp(error, lost(body.get(8..)?)?)))
        }
        4 | 41 => ip(body, depth),
        47 => {
            // GRE (RFC 2784, 2890): flags say which fields follow the type.
            let flags = be16(body, 0)?;
            let fields = [0x8000, 0x2000, 0x1000].iter().filter(|bit| flags & **bit != 0).count();
            by_type(be16(body, 2)?, body.get(4 + 4 * fields..)?, depth)
        }
        _ => None,
    }
}

/// The ends of the connection whose packet an error quotes.
fn lost(bytes: &[u8]) -> Option<(IpAddr, u16, IpAddr, u16)> {
    let (source, destination, body) = match bytes.first()? >> 4 {
        4 if *bytes.get(9)? == 6 => {
            let header = usize::from(bytes.first()? & 15) * 4;
            let address = |at| be32(bytes, at).map(|a| IpAddr::V4(Ipv4Addr::from_bits(a)));
            (address(12)?, address(16)?, bytes.get(header..)?)
        }
        6 if *bytes.get(6)? == 6 => {
            let address = |at: usize| {
                let bytes: [u8; 16] = *bytes.get(at..)?.first_chunk()?;
                Some(IpAddr::V6(Ipv6Addr::from(bytes)))
            };
            (address(8)?, address(24)?, bytes.get(40..)?)
        }
        _ => return None,
    };
    Some((source, be16(body, 0)?, destination, be16(body, 2)?))
}

fn tcp(bytes: &[u8], size: usize) -> Option<Segment<'_>> {
    let header = usize::from(*bytes.get(12)? >> 4) * 4;
    if header < 20 {
        return None;
    }
    let options = bytes.get(20..header.min(bytes.len())).unwrap_or_default();
    Some(Segment {
        source_port: be16(bytes, 0)?,
        destination_port: be16(bytes, 2)?,
        sequence: be32(bytes, 4)?,
        acknowledgement: be32(bytes, 8)?,
        flags: *bytes.get(13)?,
        window: be16(bytes, 14)?,
        options,
        length: size.checked_sub(header)?,
        payload: bytes.get(header..).unwrap_or_default(),
    })
}

/// What an option carries.
fn option(mut options: &[u8], wanted: u8) -> Option<&[u8]> {
    while let Some((kind, rest)) = options.split_first() {
        match kind {
            0 => return None,
            1 => options = rest,
            _ => {
                // The size counts the two bytes before what is carried.
                let carried = usize::from(*rest.first()?).checked_sub(2)?;
                let rest = rest.get(1..)?;
                if *kind == wanted {
                    return rest.get(..carried);
                }
                options = rest.get(carried..)?;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A SYN from 192.0.2.1:5000 to 192.0.2.2:22 with a TTL of 64.
    const SYN_PACKET: &[u8] = &[
        0x45, 0, 0, 40, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x13, 0x88,
        0, 22, 0, 0, 0, 9, 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0, 0, 0, 0, 0,
    ];

    #[test]
    fn tags_and_tunnels_are_taken_off() {
        let tagged = [&[0; 12], &[0x81, 0, 0, 7, 8, 0][..], SYN_PACKET].concat();
        let gre = [
            &[0x45, 0, 0, 64, 0, 0, 0, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 8, 0],
            SYN_PACKET,
        ]
        .concat();
        for (link, bytes) in [(101, SYN_PACKET), (1, &tagged), (101, &gre)] {
            let frame = parse(link, bytes).unwrap();
            let Content::Tcp(segment) = frame.content else { panic!("{frame:?}") };
            assert_eq!((segment.source_port, segment.destination_port), (5000, 22));
            assert!(segment.has(SYN) && !segment.has(ACK) && segment.length == 0);
            assert_eq!((frame.ttl, frame.id), (64, Some(0x1234)));
        }
    }

    #[test]
    fn options_in_any_order() {
        let with = |options| {
            let frame = parse(101, SYN_PACKET).unwrap();
            let Content::Tcp(segment) = frame.content else { panic!() };
            let segment = Segment { options, ..segment };
            (segment.timestamps(), segment.sacked())
        };
        assert_eq!(with(&[1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9]), (Some((7, 9)), None));
        assert_eq!(with(&[8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0]), (Some((7, 9)), None));
        let both = [1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 1, 5, 10, 0, 0, 0, 20, 0, 0, 0, 30];
        assert_eq!(with(&both).1, Some(30));
        for cut in [&[5][..], &[5, 1], &[8, 10, 0], &[5, 10, 0, 0], &[2, 0, 8]] {
            assert_eq!(with(cut), (None, None), "{cut:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(link in 0u16..300, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(link, &bytes);
            let _ = parse(101, &[&[0x45], &bytes[..]].concat());
            let _ = parse(101, &[&[0x60], &bytes[..]].concat());
        }
    }
}
