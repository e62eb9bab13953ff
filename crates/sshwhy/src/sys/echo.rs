//! ICMP echo requests: icmp(7), RFC 792, RFC 4443 section 4. Needs no root where
//! `net.ipv4.ping_group_range` admits us.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::process;
use std::time::Duration;
use std::time::Instant;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

use super::cancel::Cancel;
use super::error_queue;
use super::error_queue::Origin;
use super::error_queue::QueuedError;
use super::tcp;

/// What came back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Echoes {
    /// How many requests were sent.
    pub sent: u16,
    /// The round trip of each reply.
    pub replies: Vec<Duration>,
    /// The ICMP error that came instead, if one did.
    pub error: Option<QueuedError>,
}

/// Sends `count` requests, one every `gap`, and waits for all replies, at most `limit` in all.
///
/// # Errors
///
/// When this host does not let us send: by privilege, by its packet filter, for want of a route.
pub fn ask(
    to: SocketAddr,
    count: u16,
    gap: Duration,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<Echoes> {
    let mut line = Line::open(to)?;
    let began = Instant::now();
    let mut echoes = Echoes::default();
    let mut sent_at = Vec::new();
    while began.elapsed() < limit && !cancel.is_set() {
        let due = began + gap * u32::from(echoes.sent);
        if echoes.sent < count && Instant::now() >= due {
            echoes.sent += 1;
            sent_at.push(Instant::now());
            line.send(echoes.sent)?;
            continue;
        }
        let until = if echoes.sent < count { due.min(began + limit) } else { began + limit };
        if tcp::wait(&line.socket, libc::POLLIN, until, cancel).is_err() {
            continue;
        }
        match line.receive() {
            Some(Came::Reply(sequence)) => {
                let index = usize::from(sequence).checked_sub(1);
                let at = index.and_then(|i| sent_at.get(i));
                echoes.replies.extend(at.map(Instant::elapsed));
            }
            Some(Came::Error(error)) => {
                echoes.error = Some(error);
                break;
            }
            None => {}
        }
        if echoes.replies.len() >= usize::from(count) {
            break;
        }
    }
    Ok(echoes)
}

enum Came {
    Reply(u16),
    Error(QueuedError),
}

struct Line {
    socket: Socket,
    ipv6: bool,
    /// A raw socket sees the replies to others too, and on IPv4 the IP header.
    raw: bool,
    identifier: u16,
}

const ECHO_REQUEST: u8 = 8;
const ECHO_REPLY: u8 = 0;
const ECHO_REQUEST_6: u8 = 128;
const ECHO_REPLY_6: u8 = 129;

/// Whether echo requests need no right of their own (icmp(7), `ping_group_range`).
pub fn is_open_to_all() -> bool {
    Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::ICMPV4)).is_ok()
}

impl Line {
    fn open(to: SocketAddr) -> io::Result<Self> {
        let ipv6 = to.is_ipv6();
        let protocol = if ipv6 { Protocol::ICMPV6 } else { Protocol::ICMPV4 };
        let domain = Domain::for_address(to);
        let (socket, raw) = match Socket::new(domain, Type::DGRAM, Some(protocol)) {
            Ok(socket) => (socket, false),
            Err(_) => (Socket::new(domain, Type::RAW, Some(protocol))?, true),
        };
        socket.set_nonblocking(true)?;
        // Without it an ICMP error looks like silence.
        let _ = error_queue::keep(&socket, ipv6, true);
        // Port zero: the field means the protocol on a raw IPv6 socket.
        socket.connect(&SocketAddr::new(to.ip(), 0).with_scope_of(to).into())?;
        Ok(Self { socket, ipv6, raw, identifier: process::id() as u16 })
    }

    fn send(&mut self, sequence: u16) -> io::Result<()> {
        let kind = if self.ipv6 { ECHO_REQUEST_6 } else { ECHO_REQUEST };
        let mut message = vec![kind, 0, 0, 0];
        message.extend(self.identifier.to_be_bytes());
        message.extend(sequence.to_be_bytes());
        message.extend(b"sshwhy: is this host there?");
        if !self.ipv6 {
            // The kernel fills the checksum of ICMPv6 only, as it covers the addresses.
            let sum = checksum(&message).to_be_bytes();
            message[2..4].copy_from_slice(&sum);
        }
        match self.socket.write(&message) {
            Ok(_) => Ok(()),
            // An error of the request before this one; it is read from the queue.
            Err(error) if is_of_network(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn receive(&mut self) -> Option<Came> {
        if let Some(error) = error_queue::take(&self.socket) {
            return Some(Came::Error(error)).filter(|_| error.origin != Origin::Local);
        }
        let mut buffer = [0; 2048];
        let length = self.socket.read(&mut buffer).ok()?;
        let packet = buffer.get(..length)?;
        let message = if self.raw && !self.ipv6 { after_ip_header(packet)? } else { packet };
        let identifier = self.raw.then_some(self.identifier);
        reply_sequence(message, self.ipv6, identifier).map(Came::Reply)
    }
}

fn is_of_network(error: &io::Error) -> bool {
    let codes = [libc::EHOSTUNREACH, libc::ENETUNREACH, libc::ECONNREFUSED, libc::EACCES];
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// The sequence number of an echo reply to us; `None` for anything else.
fn reply_sequence(message: &[u8], ipv6: bool, identifier: Option<u16>) -> Option<u16> {
    let [kind, 0, _, _, id_high, id_low, high, low, ..] = *message else { return None };
    let is_reply = kind == if ipv6 { ECHO_REPLY_6 } else { ECHO_REPLY };
    let ours = identifier.is_none_or(|i| i == u16::from_be_bytes([id_high, id_low]));
    (is_reply && ours).then(|| u16::from_be_bytes([high, low]))
}

fn after_ip_header(packet: &[u8]) -> Option<&[u8]> {
    let words = packet.first()? & 0x0f;
    packet.get(usize::from(words) * 4..)
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match *pair {
        [high, low] => u32::from(u16::from_be_bytes([high, low])),
        [high] => u32::from(high) << 8,
        _ => 0,
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

trait WithScope {
    fn with_scope_of(self, other: SocketAddr) -> Self;
}

impl WithScope for SocketAddr {
    fn with_scope_of(mut self, other: SocketAddr) -> Self {
        if let (Self::V6(v6), SocketAddr::V6(other)) = (&mut self, other) {
            v6.set_scope_id(other.scope_id());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_replies_to_us_count() {
        let check = |message: &[u8], ipv6, identifier, expected| {
            assert_eq!(reply_sequence(message, ipv6, identifier), expected, "{message:?}");
        };
        check(&[], false, None, None);
        check(&[0, 0, 1, 2, 0, 7, 0], false, None, None);
        check(&[8, 0, 1, 2, 0, 7, 0, 1], false, None, None);
        check(&[0, 0, 1, 2, 0, 7, 0, 1], false, Some(8), None);
        check(&[0, 0, 1, 2, 0, 7, 0, 1], false, Some(7), Some(1));
        check(&[0, 0, 1, 2, 0, 7, 0, 1], true, Some(7), None);
        check(&[129, 0, 1, 2, 0, 7, 0, 2], true, Some(7), Some(2));
        assert_eq!(after_ip_header(&[]), None);
        assert_eq!(after_ip_header(&[0x4f, 0, 0]), None);
        assert_eq!(after_ip_header(&[0x41, 0, 0, 0, 9]), Some([9].as_slice()));
    }

    #[test]
    fn checksums_add_up_to_all_ones() {
        let mut message = vec![8, 0, 0, 0, 0x12, 0x34, 0, 1, 0xff, 0xfe, 0x77];
        let sum = checksum(&message).to_be_bytes();
        message[2..4].copy_from_slice(&sum);
        assert_eq!(checksum(&message), 0);
    }
}
