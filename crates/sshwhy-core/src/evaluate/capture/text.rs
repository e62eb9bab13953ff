//! Connections in what `tcpdump` and `tshark` printed.
//!
//! What is printed is less than what was captured: numbers count from the SYN, names stand for addresses, and of what was sent
//! only the length is left. In a key exchange that follows from whose turn it is (RFC 4253 7).

use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;

use super::Asked;
use super::Told;
use super::sum::Sum;
use super::table::Table;
use crate::parse::packet_text;
use crate::parse::packet_text::End;
use crate::parse::packet_text::Message;
use crate::parse::packet_text::Printed;
use crate::parse::packet_text::Tcp;
use crate::parse::packet_text::What;
use crate::wire::capture::Content;
use crate::wire::capture::Frame;
use crate::wire::capture::Packet;
use crate::wire::capture::Segment;
use crate::wire::capture::frame::ACK;
use crate::wire::capture::frame::SYN;

/// A time to live where none is printed.
const TTL: u8 = 64;
/// Headers of Ethernet, IP and TCP with timestamps.
const HEADERS: usize = 66;
/// Numbers of messages (RFC 4253 12, RFC 5656 7.1): KEXINIT, and the two parts of an exchange.
const KEXINIT: u8 = 20;
const EXCHANGE_INIT: u8 = 30;
const EXCHANGE_REPLY: u8 = 31;
/// No identification string is longer (RFC 4253 4.2).
const LONGEST: usize = 253;

/// Reads lines of text, each with its number; `None` when no packet is printed in them. Packets are counted by their lines.
pub fn read_text<'a>(lines: impl Iterator<Item = (usize, &'a str)>, asked: &Asked) -> Option<Told> {
    let mut reading = Text::default();
    let (mut table, mut sum) = (Table::default(), Sum::new(asked));
    for (line, printed) in packet_text::packets(lines) {
        sum.packets += 1;
        reading.packet(line as u64, &printed, &mut table, &mut sum);
    }
    if sum.packets == 0 {
        return None;
    }
    table.finish(&mut sum);
    Some(sum.told())
}

/// What is known of one direction.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    /// The number of its SYN, if numbers do not count from it.
    base: u32,
    /// The number of the next byte.
    next: u32,
    has_spoken: bool,
    /// The last message of the key exchange, by its number.
    last: u8,
}

#[derive(Debug, Default)]
struct Text {
    /// Names, each with an address that nobody has.
    names: HashMap<String, IpAddr>,
    ways: HashMap<(SocketAddr, SocketAddr), Way>,
    /// Both ends of the connection that was printed last.
    latest: Option<(SocketAddr, SocketAddr)>,
    at: f64,
}

impl Text {
    fn packet(&mut self, number: u64, printed: &Printed<'_>, table: &mut Table, sum: &mut Sum) {
        self.at = printed.at.unwrap_or(self.at);
        let (source, destination) =
            (self.address(printed.source.host), self.address(printed.destination.host));
        let ends = |a: End<'_>, b: End<'_>| {
            Some((SocketAddr::new(source, a.port?), SocketAddr::new(destination, b.port?)))
        };
        let packet = Packet { number, at: self.at, link: 0, bytes: &[], length: 0 };
        let (ends, tcp) = match &printed.what {
            What::Tcp(tcp) => (ends(printed.source, printed.destination), tcp.clone()),
            What::Ssh(message, frame) => {
                let length = frame.saturating_sub(HEADERS);
                let tcp = Tcp { flags: 24, length, message: Some(*message), ..Tcp::default() };
                (self.known(source, destination), tcp)
            }
            What::Icmp(error, about) => {
                let about = about.map(|host| self.address(host));
                let server = |a: &SocketAddr, b: &SocketAddr| {
                    a.ip() == destination && about.is_none_or(|about| b.ip() == about)
                };
                if let Some((client, server)) = self.latest.filter(|(a, b)| server(a, b)) {
                    let ends = (client.ip(), client.port(), server.ip(), server.port());
                    table.error(&packet, source, *error, ends);
                }
                return;
            }
        };
        let Some((from, to)) = ends else { return };
        if tcp.flags & (SYN | ACK) == SYN || self.latest.is_none() {
            self.latest = Some(if from.port() == 22 { (to, from) } else { (from, to) });
        }
        let (sequence, acknowledgement) = self.numbers(from, to, &tcp);
        let message = self.message(from, to, sequence, &tcp);
        let payload = match message {
            Some(Message::Ident(words)) => ident(words, tcp.length),
            _ => Vec::new(),
        };
        let options = self.options(from, to, &tcp);
        let segment = Segment {
            source_port: from.port(),
            destination_port: to.port(),
            sequence,
            acknowledgement,
            flags: tcp.flags,
            window: u16::try_from(tcp.window.unwrap_or(1)).unwrap_or(u16::MAX),
            options: &options,
            length: payload.len().max(tcp.length),
            payload: &payload,
        };
        let frame = Frame {
            source,
            destination,
            ttl: printed.header.ttl.unwrap_or(TTL),
            id: printed.header.id,
            length: 0,
            content: Content::Tcp(segment),
        };
        table.segment(&packet, &frame, &segment, sum);
        if let Some(number) = message.and_then(number_of) {
            table.printed(from, number);
        }
    }

    fn address(&mut self, host: &str) -> IpAddr {
        if let Ok(address) = host.parse() {
            return address;
        }
        if let Some(known) = self.names.get(host) {
            return *known;
        }
        // RFC 1122 3.2.1.3: no host has an address of network 0.
        let number = u32::try_from(self.names.len() + 1).unwrap_or(1) & 0x00ff_ffff;
        let address = IpAddr::V4(Ipv4Addr::from_bits(number));
        self.names.insert(host.to_owned(), address);
        address
    }

    /// The ends of the connection that was printed last between two hosts.
    fn known(&self, source: IpAddr, destination: IpAddr) -> Option<(SocketAddr, SocketAddr)> {
        let (client, server) = self.latest?;
        if (client.ip(), server.ip()) == (source, destination) {
            return Some((client, server));
        }
        ((server.ip(), client.ip()) == (source, destination)).then_some((server, client))
    }

    /// Numbers as if both sides had begun at 0.
    fn numbers(&mut self, from: SocketAddr, to: SocketAddr, tcp: &Tcp<'_>) -> (u32, u32) {
        let other = self.ways.get(&(to, from)).copied().unwrap_or_default();
        let way = self.ways.entry((from, to)).or_default();
        if tcp.flags & SYN != 0 {
            *way = Way { base: tcp.sequence.unwrap_or(0), ..Way::default() };
        }
        let sequence = tcp.sequence.map_or(way.next, |number| counted(number, way.base));
        let takes = tcp.length as u32 + u32::from(tcp.flags & SYN != 0);
        if tcp.flags & 4 == 0 {
            way.next = way.next.max(sequence.wrapping_add(takes));
        }
        let acknowledged = tcp.acknowledgement.map_or(other.next, |n| counted(n, other.base));
        (sequence, acknowledged)
    }

    /// Options as they stand in a packet.
    fn options(&self, from: SocketAddr, to: SocketAddr, tcp: &Tcp<'_>) -> Vec<u8> {
        let mut options = Vec::new();
        if let Some((own, other)) = tcp.times {
            options.extend([1, 1, 8, 10]);
            options.extend([own, other].iter().flat_map(|time| time.to_be_bytes()));
        }
        if let Some(end) = tcp.sacked {
            let base = self.ways.get(&(to, from)).map_or(0, |way| way.base);
            let end = counted(end, base);
            options.extend([1, 1, 5, 10]);
            options.extend([end, end].iter().flat_map(|number| number.to_be_bytes()));
        }
        options
    }

    /// The message that a segment carries: as it is printed, else the one whose turn it is.
    fn message<'p>(
        &mut self,
        from: SocketAddr,
        to: SocketAddr,
        sequence: u32,
        tcp: &Tcp<'p>,
    ) -> Option<Message<'p>> {
        let other = self.ways.get(&(to, from)).copied().unwrap_or_default();
        let way = self.ways.get_mut(&(from, to))?;
        let is_new = sequence.wrapping_add(tcp.length as u32) >= way.next;
        let is_of_ssh = from.port() == 22 || to.port() == 22 || tcp.message.is_some();
        if tcp.length == 0 || !is_new || !is_of_ssh {
            return None;
        }
        let is_client = to.port() == 22;
        let message = tcp.message.unwrap_or(match (is_client, way.last, other.last) {
            _ if !way.has_spoken => Message::Ident("SSH-2.0-"),
            (_, 0, _) => Message::KexInit,
            (true, KEXINIT, KEXINIT) => Message::ExchangeInit,
            (false, KEXINIT, EXCHANGE_INIT) => Message::ExchangeReply,
            _ => Message::Other,
        });
        way.has_spoken = true;
        way.last = number_of(message).unwrap_or(way.last);
        Some(message)
    }
}

/// A number as if its side had begun at 0: those from the SYN on are small; whole ones are near where they began.
fn counted(number: u32, base: u32) -> u32 {
    let distance = number.wrapping_sub(base);
    if number >= base && distance < 1 << 24 { distance } else { number }
}

/// An identification string as it was sent: what is printed may be shorter.
fn ident(words: &str, length: usize) -> Vec<u8> {
    let mut line = words.as_bytes().to_vec();
    line.resize(length.saturating_sub(2).max(line.len()).min(LONGEST), b'.');
    line.extend(b"\r\n");
    line
}

fn number_of(message: Message<'_>) -> Option<u8> {
    Some(match message {
        Message::KexInit => KEXINIT,
        Message::ExchangeInit => EXCHANGE_INIT,
        Message::ExchangeReply => EXCHANGE_REPLY,
        Message::Ident(_) | Message::Other => return None,
    })
}
