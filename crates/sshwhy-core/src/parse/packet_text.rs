//! Packets as `tcpdump` and `tshark` print them.
//!
//! Must never guess what a line does not say: what is missing is `None`, and who reads it fills the gap or not.

mod tshark;

use self::tshark::tshark;
use crate::wire::icmp::IcmpError;

/// One end as it is printed: an address or a name, and a port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct End<'a> {
    /// An address, or a name.
    pub host: &'a str,
    /// The port; `None` where only the host is printed.
    pub port: Option<u16>,
}

/// A packet as it is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed<'a> {
    /// Seconds, from a start that is the same for all lines of a text.
    pub at: Option<f64>,
    /// Who sent it.
    pub source: End<'a>,
    /// Whom it is for.
    pub destination: End<'a>,
    /// What is printed of the header of IP.
    pub header: Header,
    /// What it is.
    pub what: What<'a>,
}

/// What is printed of the header of IP.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Header {
    /// Time to live, or hop limit.
    pub ttl: Option<u8>,
    /// The identification of IPv4.
    pub id: Option<u16>,
}

impl Header {
    /// `tos 0x0, ttl 64, id 1, …`.
    fn of(inside: &str) -> Self {
        let number = |name: &str| {
            let (_, rest) = inside.split_once(name)?;
            rest.split([',', ')']).next()?.parse::<u16>().ok()
        };
        let ttl = number("ttl ").or_else(|| number("hlim ")).and_then(|ttl| ttl.try_into().ok());
        Self { ttl, id: number(", id ") }
    }
}

/// What is printed of a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum What<'a> {
    /// A segment of TCP.
    Tcp(Tcp<'a>),
    /// A message of SSH of which neither numbers nor ports are printed (`tshark`).
    Ssh(Message<'a>, usize),
    /// An ICMP error, and the host that could not be reached, where it is named.
    Icmp(IcmpError, Option<&'a str>),
}

/// A segment of TCP.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tcp<'a> {
    /// FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    pub flags: u8,
    /// The number of its first byte: often counted from the SYN.
    pub sequence: Option<u32>,
    /// The number that is expected next.
    pub acknowledgement: Option<u32>,
    /// The window.
    pub window: Option<u32>,
    /// The sender's clock, and the receiver's as the sender saw it last.
    pub times: Option<(u32, u32)>,
    /// The end of the last piece that arrived behind a gap.
    pub sacked: Option<u32>,
    /// How many bytes it carries.
    pub length: usize,
    /// What they say, where that is printed.
    pub message: Option<Message<'a>>,
}

/// What a segment says of SSH.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Message<'a> {
    /// An identification string.
    Ident(&'a str),
    /// KEXINIT.
    KexInit,
    /// The client's part of the key exchange.
    ExchangeInit,
    /// The server's part of it.
    ExchangeReply,
    /// All that follows.
    Other,
}

/// The packets of lines, each with the number of its line. Other lines are passed over.
pub fn packets<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
) -> impl Iterator<Item = (usize, Printed<'a>)> {
    // With -v tcpdump prints a line for the header of IP, and the rest on the next.
    let mut head: Option<(Option<f64>, Header)> = None;
    lines.filter_map(move |(number, line)| {
        if let Some(known) = ip_header(line) {
            head = Some(known);
            return None;
        }
        let of_head = head.take().filter(|_| line.starts_with([' ', '\t']));
        let mut packet = match of_head {
            Some(_) => after_ip(line.trim_start())?,
            None => tcpdump(line).or_else(|| tshark(line))?,
        };
        if let Some((at, header)) = of_head {
            (packet.at, packet.header) = (at, header);
        }
        Some((number, packet))
    })
}

/// `10:00:00.1 IP (tos 0x0, ttl 64, id 1, …, length 60)` and no more.
fn ip_header(line: &str) -> Option<(Option<f64>, Header)> {
    let (before, inside) = line
        .split_once(" (tos ")
        .or_else(|| line.split_once(" (class "))
        .or_else(|| line.split_once(" (flowlabel "))
        .or_else(|| line.split_once(" (hlim "))?;
    if !inside.trim_end().ends_with(')') || !before.split(' ').any(is_ip) {
        return None;
    }
    Some((time(before).map(|(at, _)| at), Header::of(inside)))
}

fn is_ip(word: &str) -> bool {
    matches!(word, "IP" | "IP6")
}

/// A whole line of tcpdump.
fn tcpdump(line: &str) -> Option<Printed<'_>> {
    let (at, rest) = match time(line) {
        Some((at, rest)) => (Some(at), rest),
        None => (None, line.trim_start()),
    };
    let rest = match rest.split_once("IP6 ").or_else(|| rest.split_once("IP ")) {
        // An interface and a direction may stand before it.
        Some((before, rest)) if before.len() < 40 && !before.contains('>') => rest,
        // With -e the link's addresses and the length of the frame do.
        _ => {
            let (_, rest) = rest.split_once("ethertype IPv")?;
            rest.split_once(": ")?.1
        }
    };
    // Both headers in one line: with -v and old versions.
    let (header, rest) = match rest.strip_prefix('(') {
        Some(inside) => {
            let (inside, rest) = inside.split_once(") ")?;
            (Header::of(inside), rest)
        }
        None => (Header::default(), rest),
    };
    Some(Printed { at, header, ..after_ip(rest.trim_start())? })
}

/// `192.0.2.1.5000 > 192.0.2.2.22: …`.
fn after_ip(text: &str) -> Option<Printed<'_>> {
    let (source, rest) = text.split_once(" > ")?;
    let (destination, rest) = rest.split_once(": ")?;
    if source.contains(' ') || destination.contains(' ') {
        return None;
    }
    let what =
        if let Some(icmp) = rest.strip_prefix("ICMP").map(|r| r.trim_start_matches(['6', ','])) {
            let (error, about) = icmp_error(icmp.trim_start())?;
            let host = |host| End { host, port: None };
            let what = What::Icmp(error, about);
            return Some(Printed {
                at: None,
                header: Header::default(),
                source: host(source),
                destination: host(destination),
                what,
            });
        } else {
            What::Tcp(segment(rest).or_else(|| old_segment(rest))?)
        };
    Some(Printed {
        at: None,
        header: Header::default(),
        source: end(source)?,
        destination: end(destination)?,
        what,
    })
}

/// `192.0.2.1.5000`, `2001:db8::1.5000`, `host.example.com.ssh`.
fn end(text: &str) -> Option<End<'_>> {
    let (host, port) = text.rsplit_once('.')?;
    let port = match port {
        "ssh" => 22,
        _ => match port.parse() {
            Ok(port) => port,
            // The name of another service: any port that is not of SSH.
            Err(_) => port.bytes().fold(0_u16, |sum, byte| sum.wrapping_add(byte.into())).max(1024),
        },
    };
    Some(End { host, port: Some(port) })
}

/// `Flags [S.], seq 1:22, ack 1, win 502, options […], length 21: SSH: SSH-2.0-…`.
fn segment(text: &str) -> Option<Tcp<'_>> {
    let rest = text.strip_prefix("Flags [")?;
    let (letters, rest) = rest.split_once(']')?;
    let mut tcp = Tcp { flags: flags(letters)?, ..Tcp::default() };
    let options = rest.find(", options [").and_then(|at| Some(at..rest[at..].find(']')? + at));
    let (before, after) = match options {
        Some(range) => {
            (tcp.times, tcp.sacked) = printed_options(rest.get(range.clone())?);
            (rest.get(..range.start)?, rest.get(range.end + 1..)?)
        }
        None => (rest, rest),
    };
    for part in before.split(", ").chain(after.split(", ")) {
        let Some((name, value)) = part.trim().split_once(' ') else { continue };
        let number = || value.split([':', ' ']).next()?.parse::<u32>().ok();
        match name {
            "seq" => tcp.sequence = number(),
            "ack" => tcp.acknowledgement = number(),
            "win" => tcp.window = number(),
            "length" => tcp.length = number()? as usize,
            _ => {}
        }
    }
    tcp.message = rest.split_once("SSH: ").map(|(_, ident)| Message::Ident(ident.trim()));
    Some(tcp)
}

/// `nop,nop,TS val 1 ecr 2,nop,nop,sack 1 {1449:1537}`.
fn printed_options(text: &str) -> (Option<(u32, u32)>, Option<u32>) {
    let number = |text: &str| text.split([' ', ',', ']']).next()?.parse::<u32>().ok();
    let times = text
        .split_once("TS val ")
        .and_then(|(_, rest)| Some((number(rest)?, number(rest.split_once("ecr ")?.1)?)));
    let sacked = text.split_once("sack ").and_then(|(_, rest)| {
        let inside = rest.split_once('{')?.1.split('}').next()?;
        inside.rsplit(':').next()?.parse().ok()
    });
    (times, sacked)
}

fn flags(letters: &str) -> Option<u8> {
    letters.chars().try_fold(0, |flags, letter| {
        Some(
            flags
                | match letter {
                    'F' => 1,
                    'S' => 2,
                    'R' => 4,
                    'P' => 8,
                    '.' => 16,
                    'U' | 'E' | 'W' | 'e' | 'n' => 0,
                    _ if letters == "none" => 0,
                    _ => return None,
                },
        )
    })
}

/// What tcpdump before 4.0 prints: `S 1:1(0) ack 2 win 5840 <mss 1460>`.
fn old_segment(text: &str) -> Option<Tcp<'_>> {
    let mut words = text.split_whitespace();
    let letters = words.next()?;
    let mut tcp = Tcp {
        flags: flags(letters.trim_matches('.')).filter(|_| letters.len() < 4)?,
        ..Tcp::default()
    };
    let mut is_one = letters == ".";
    while let Some(word) = words.next() {
        let mut number = || words.next()?.trim_end_matches(',').parse::<u32>().ok();
        match word {
            "ack" => {
                tcp.flags |= 16;
                tcp.acknowledgement = number();
                is_one = true;
            }
            "win" => {
                tcp.window = number();
                is_one = true;
            }
            _ => {
                if let Some((range, length)) = word.trim_end_matches(')').split_once('(') {
                    tcp.sequence = range.split(':').next()?.parse().ok();
                    tcp.length = length.parse().ok()?;
                    is_one = true;
                }
            }
        }
    }
    is_one.then_some(tcp)
}

/// `host 192.0.2.2 unreachable - admin prohibited filter, length 68`.
fn icmp_error(text: &str) -> Option<(IcmpError, Option<&str>)> {
    let about = text
        .split([' ', ','])
        .find(|word| word.parse::<std::net::IpAddr>().is_ok())
        .map(|word| word.trim_end_matches(','));
    let error = named_error(&text.to_lowercase())?;
    Some((error, about))
}

/// The kind of an error in the words of either program, in small letters.
fn named_error(text: &str) -> Option<IcmpError> {
    let has = |part: &str| text.contains(part);
    Some(if has("need to frag") || has("fragmentation needed") || has("too big") {
        IcmpError::PacketTooBig
    } else if has("time exceeded") {
        IcmpError::TimeExceeded
    } else if has("administratively filtered") {
        IcmpError::AdminProhibited
    } else if !has("unreachable") && !has("prohibited") {
        return None;
    } else if has("host") && has("admin prohibited") && !has("filter") {
        IcmpError::HostProhibited
    } else if has("prohibited") {
        IcmpError::AdminProhibited
    } else if has(" port ") || has("port unreachable") {
        IcmpError::PortUnreachable
    } else if has("net ") || has("network ") || has("route") {
        IcmpError::NetUnreachable
    } else {
        IcmpError::HostUnreachable
    })
}

/// A time at the front, in seconds, and what follows: `10:00:00.123456`, a date before it, seconds since 1970.
fn time(line: &str) -> Option<(f64, &str)> {
    let line = line.trim_start();
    let (first, rest) = line.split_once(' ')?;
    if let Some(at) = clock(first) {
        return Some((at, rest));
    }
    if first.len() == 10 && first.split('-').count() == 3 {
        let (second, rest) = rest.split_once(' ')?;
        return Some((clock(second)?, rest));
    }
    let at: f64 = first.parse().ok().filter(|_| first.contains('.'))?;
    Some((at, rest))
}

fn clock(word: &str) -> Option<f64> {
    let mut parts = word.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let hours: u32 = hours.parse().ok()?;
    let minutes: u32 = minutes.parse().ok()?;
    let seconds: f64 = seconds.parse().ok().filter(|s| (0.0..61.0).contains(s))?;
    Some(f64::from(hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?) + seconds)
}

#[cfg(test)]
mod tests;
