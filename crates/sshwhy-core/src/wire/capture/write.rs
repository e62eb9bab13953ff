//! Writes packets as Wireshark reads them (pcapng, draft-ietf-opsawg-pcapng), with remarks.

use std::time::Duration;

use super::frame::RAW;

/// A packet with what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'a> {
    /// When it was seen, since 1970.
    pub at: Duration,
    /// Whether the host that captured sent it.
    pub is_outgoing: bool,
    /// From its IP header on.
    pub bytes: &'a [u8],
    /// A remark, empty for none.
    pub comment: &'a str,
}

/// Options of blocks: the end, a remark, the program, the direction, the unit of time.
const END: u16 = 0;
const COMMENT: u16 = 1;
const PROGRAM: u16 = 4;
const FLAGS: u16 = 2;
const RESOLUTION: u16 = 9;
/// Nanoseconds.
const NANO: u8 = 9;

/// A whole file.
pub fn pcapng<'a>(program: &str, packets: impl IntoIterator<Item = Noted<'a>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut head = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
    head.extend([1, 0, 0, 0]);
    // The length of the section is not known before its end.
    head.extend([0xff; 8]);
    option(&mut head, PROGRAM, program.as_bytes());
    option(&mut head, END, &[]);
    block(&mut file, 0x0a0d_0d0a, &head);

    let mut interface = RAW.to_le_bytes().to_vec();
    interface.extend([0; 6]);
    option(&mut interface, RESOLUTION, &[NANO]);
    option(&mut interface, END, &[]);
    block(&mut file, 1, &interface);
    for packet in packets {
        block(&mut file, 6, &enhanced(&packet));
    }
    file
}

fn enhanced(packet: &Noted<'_>) -> Vec<u8> {
    let nanos = u64::try_from(packet.at.as_nanos()).unwrap_or(u64::MAX);
    let length = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
    let mut body = Vec::new();
    for field in [0, (nanos >> 32) as u32, nanos as u32, length, length] {
        body.extend(field.to_le_bytes());
    }
    body.extend(packet.bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    let direction: u32 = if packet.is_outgoing { 2 } else { 1 };
    option(&mut body, FLAGS, &direction.to_le_bytes());
    if !packet.comment.is_empty() {
        option(&mut body, COMMENT, packet.comment.as_bytes());
    }
    option(&mut body, END, &[]);
    body
}

/// What is too long for an option is cut.
fn option(to: &mut Vec<u8>, code: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    to.extend(code.to_le_bytes());
    to.extend(length.to_le_bytes());
    to.extend(value.iter().take(usize::from(length)));
    to.resize(to.len().next_multiple_of(4), 0);
}

fn block(file: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX);
    file.extend(kind.to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(body);
    file.extend(length.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::capture::Packets;

    #[test]
    fn what_is_written_is_read_again() {
        let packet = |at, bytes: &'static [u8], comment| Noted {
            at: Duration::from_nanos(at),
            is_outgoing: true,
            bytes,
            comment,
        };
        let file = pcapng(
            "sshwhy",
            [packet(1_700_000_000_123_456_789, b"\x45abc", "ours"), packet(2, b"\x60", "")],
        );
        let read: Vec<_> = Packets::new(&file).unwrap().collect();
        let [first, second] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((first.link, first.bytes, first.length), (RAW, &b"\x45abc"[..], 4));
        assert!((first.at - 1_700_000_000.123_456_8).abs() < 1e-6);
        assert_eq!((second.number, second.bytes), (2, &b"\x60"[..]));
        assert!(file.windows(4).any(|part| part == b"ours"));
    }
}
