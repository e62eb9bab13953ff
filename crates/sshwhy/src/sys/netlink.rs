//! Questions to the kernel over netlink(7): one request, and every message of the answer.
//!
//! Only requests that read are made. What comes back is the kernel's, and is checked all the same:
//! no length in it is believed.

use std::io;
use std::io::Read;
use std::io::Write;
use std::time::Duration;
use std::time::Instant;

use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

/// Bytes of `struct nlmsghdr`.
const HEADER_BYTES: usize = 16;

/// The kernel answers with messages of at most 32 KiB unless it is offered more.
const READ_BYTES: usize = 64 << 10;

/// A full Internet routing table is about 100 MB; more than this is not waited for.
const MAX_BYTES: usize = 256 << 20;

/// The kernel answers at once; a dump of a very long table may take a second.
const LIMIT: Duration = Duration::from_secs(3);

/// What a request asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wants {
    /// One object: the first message of the answer is the last.
    One,
    /// All objects.
    All,
}

/// Asks, and hands each message's kind and body to `each`.
///
/// # Errors
///
/// What the kernel answers (`ENOENT`: it does not know the kind of request; what the request's own
/// documentation lists), or those of socket(2).
pub(super) fn ask(
    protocol: libc::c_int,
    kind: u16,
    wants: Wants,
    body: &[u8],
    mut each: impl FnMut(u16, &[u8]),
) -> io::Result<()> {
    let domain = Domain::from(libc::AF_NETLINK);
    let mut socket = Socket::new(domain, Type::RAW, Some(Protocol::from(protocol)))?;
    socket.set_read_timeout(Some(LIMIT))?;
    socket.write_all(&request(kind, wants, body))?;
    let began = Instant::now();
    let mut buffer = vec![0; READ_BYTES];
    let mut total = 0_usize;
    while began.elapsed() < LIMIT && total < MAX_BYTES {
        let length = socket.read(&mut buffer)?;
        total = total.saturating_add(length);
        let datagram = buffer.get(..length).unwrap_or_default();
        match walk(datagram, &mut each)? {
            End::Last => return Ok(()),
            End::More if wants == Wants::One => return Ok(()),
            End::More => {}
        }
    }
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

fn request(kind: u16, wants: Wants, body: &[u8]) -> Vec<u8> {
    let dump = if wants == Wants::All { libc::NLM_F_DUMP } else { 0 };
    let mut message = Vec::with_capacity(HEADER_BYTES + body.len());
    message.extend(((HEADER_BYTES + body.len()) as u32).to_ne_bytes());
    message.extend(kind.to_ne_bytes());
    message.extend(((libc::NLM_F_REQUEST | dump) as u16).to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    message
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    More,
    Last,
}

/// The messages of one datagram.
fn walk(mut rest: &[u8], each: &mut impl FnMut(u16, &[u8])) -> io::Result<End> {
    while let (Some(length), Some(kind)) = (u32_at(rest, 0), u16_at(rest, 4)) {
        let length = length as usize;
        let Some(body) = rest.get(HEADER_BYTES..length) else {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        };
        match libc::c_int::from(kind) {
            libc::NLMSG_DONE => return Ok(End::Last),
            libc::NLMSG_ERROR => {
                let code = u32_at(body, 0).map_or(0, u32::cast_signed);
                return match code {
                    0 => Ok(End::Last),
                    code => Err(io::Error::from_raw_os_error(code.saturating_neg())),
                };
            }
            _ => each(kind, body),
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(End::More)
}

/// The attributes of a message (`struct rtattr`): kind and data. Ends at the first that is broken.
pub(super) fn attributes(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(rest, 0)?);
        let kind = u16_at(rest, 2)?;
        let data = rest.get(4..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, data))
    })
}

/// Adds an attribute to a request.
pub(super) fn push_attribute(body: &mut Vec<u8>, kind: u16, data: &[u8]) {
    body.extend(((4 + data.len()) as u16).to_ne_bytes());
    body.extend(kind.to_ne_bytes());
    body.extend(data);
    body.resize(body.len().next_multiple_of(4), 0);
}

/// A number of the host's byte order.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_ne_bytes(*b))
}

/// A number of the host's byte order.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_ne_bytes(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: libc::c_int, body: &[u8]) -> Vec<u8> {
        let mut bytes = request(kind as u16, Wants::One, body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn check(datagram: &[u8], expected: Result<(End, usize), Option<i32>>) {
        let mut seen = 0;
        let end = walk(datagram, &mut |_, _| seen += 1);
        assert_eq!(end.map(|e| (e, seen)).map_err(|e| e.raw_os_error()), expected, "{datagram:?}");
    }

    #[test]
    fn hostile_datagrams_end() {
        check(&[], Ok((End::More, 0)));
        check(&[0; 3], Ok((End::More, 0)));
        // A message that claims to have no length at all, or all of the memory.
        check(&[0; 16], Err(None));
        check(&[0xff; 16], Err(None));
        check(&message(20, &[1, 2, 3, 4, 5]), Ok((End::More, 1)));
        let two = [message(20, &[0; 4]), message(libc::NLMSG_DONE, &[])].concat();
        check(&two, Ok((End::Last, 1)));
        let refused = message(libc::NLMSG_ERROR, &(-libc::ENOENT).to_ne_bytes());
        check(&refused, Err(Some(libc::ENOENT)));
        check(&message(libc::NLMSG_ERROR, &i32::MIN.to_ne_bytes()), Err(Some(i32::MAX)));
        check(&message(libc::NLMSG_ERROR, &[]), Ok((End::Last, 0)));
        for end in 0..two.len() {
            let _ = walk(&two[..end], &mut |_, _| {});
        }
    }

    #[test]
    fn hostile_attributes_end() {
        let count = |bytes: &[u8]| attributes(bytes).count();
        assert_eq!(count(&[0; 8]), 0);
        assert_eq!(count(&[0xff; 8]), 0);
        let mut body = Vec::new();
        push_attribute(&mut body, 1, &[9]);
        push_attribute(&mut body, 2, &[1, 2, 3, 4]);
        let read: Vec<_> = attributes(&body).collect();
        assert_eq!(read, [(1, &[9][..]), (2, &[1, 2, 3, 4][..])]);
        for end in 0..body.len() {
            let _ = count(&body[..end]);
        }
    }
}
