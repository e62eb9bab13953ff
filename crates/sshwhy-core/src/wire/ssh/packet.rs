//! The binary packet protocol before encryption: RFC 4253 section 6, with the limits of OpenSSH's `packet.c`.
//!
//! Must never wait for more bytes than `PACKET_BYTES_MAX`, and does not know what a payload means.

use std::error;
use std::fmt;

/// The largest `packet_length` that OpenSSH takes, in bytes (`PACKET_MAX_SIZE`).
pub const PACKET_BYTES_MAX: usize = 256 * 1024;

/// Packets come in multiples of this before encryption, in bytes.
pub const BLOCK_BYTES: usize = 8;

const PADDING_BYTES_MIN: usize = 4;

/// How much padding `encode` adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// As little as the RFC allows.
    Least,
    /// Just so much that the whole packet has so many bytes.
    UpTo(usize),
}

/// Puts a payload into a packet. The padding is zeros: before encryption it hides nothing.
///
/// `None` when no legal padding gives the wanted size (a multiple of 8, with 4 to 255 bytes of padding), or when the payload is
/// too large for a packet.
#[must_use]
pub fn encode(payload: &[u8], padding: Padding) -> Option<Vec<u8>> {
    let bare = 5 + payload.len();
    let size = match padding {
        Padding::Least => (bare + PADDING_BYTES_MIN).next_multiple_of(BLOCK_BYTES),
        Padding::UpTo(size) => size,
    };
    let count = size.checked_sub(bare)?;
    let legal = count >= PADDING_BYTES_MIN && size.is_multiple_of(BLOCK_BYTES);
    let length = size.checked_sub(4)?;
    if !legal || length > PACKET_BYTES_MAX {
        return None;
    }
    let mut packet = Vec::with_capacity(size);
    packet.extend_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
    packet.push(u8::try_from(count).ok()?);
    packet.extend_from_slice(payload);
    packet.resize(size, 0);
    Some(packet)
}

/// A packet of the peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The payload; at least the message number.
    pub payload: Vec<u8>,
    /// The size of the whole packet, length field and padding included, in bytes.
    pub size: usize,
}

/// Bytes that are no packet. The stream cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PacketError {
    /// A `packet_length` that OpenSSH calls `Bad packet length`. Text in place of a packet shows like this.
    BadLength(u32),
    /// The padding is shorter than 4 bytes or longer than the packet.
    BadPadding(u8),
    /// The packet is no multiple of 8 bytes: `padding error`.
    NoMultiple(u32),
    /// A packet without a payload.
    NoPayload,
}

impl PacketError {
    /// The length field read as text, when it looks like text: 1349676916 is `Prot`, from `Protocol mismatch.`.
    #[must_use]
    pub fn length_as_text(&self) -> Option<String> {
        let (Self::BadLength(length) | Self::NoMultiple(length)) = self else { return None };
        let bytes = length.to_be_bytes();
        let text =
            bytes.iter().all(|byte| (b' '..=b'~').contains(byte) || b"\r\n\t".contains(byte));
        text.then(|| bytes.iter().copied().map(char::from).collect())
    }
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadLength(length) => write!(f, "bad packet length {length}")?,
            Self::BadPadding(count) => write!(f, "bad padding length {count}")?,
            Self::NoMultiple(length) => {
                write!(f, "packet length {length} does not fill blocks of {BLOCK_BYTES} bytes")?;
            }
            Self::NoPayload => f.write_str("packet without a payload")?,
        }
        match self.length_as_text() {
            Some(text) => write!(f, " (as text: {text:?})"),
            None => Ok(()),
        }
    }
}

impl error::Error for PacketError {}

/// Takes bytes as they come and gives packets.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    fed: Vec<u8>,
    next: usize,
    broken: Option<PacketError>,
}

impl Decoder {
    /// Nothing fed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes of the peer. Call `poll` until it gives `Ok(None)` before you feed more: what is fed is kept until then.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.fed.drain(..self.next.min(self.fed.len()));
        self.next = 0;
        self.fed.extend_from_slice(bytes);
    }

    /// The next packet; `Ok(None)` when more bytes are needed. After an error it repeats the error for ever.
    pub fn poll(&mut self) -> Result<Option<Packet>, PacketError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let found = read(self.pending());
        match &found {
            Ok(Some(packet)) => self.next += packet.size,
            Ok(None) => {}
            Err(error) => self.broken = Some(error.clone()),
        }
        found
    }

    /// Bytes fed that no packet has consumed: the start of a packet that has not come whole.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.fed.get(self.next..).unwrap_or_default()
    }
}

/// The number of the message of each packet at the front of a stream; ends at what is no packet or has not come whole.
pub fn messages(stream: &[u8]) -> impl Iterator<Item = u8> {
    let mut left = stream;
    std::iter::from_fn(move || {
        let (payload, size) = bounds(left).ok()??;
        left = left.get(size..)?;
        payload.first().copied()
    })
}

fn read(bytes: &[u8]) -> Result<Option<Packet>, PacketError> {
    let packet = |(payload, size): (&[u8], usize)| Packet { payload: payload.to_vec(), size };
    Ok(bounds(bytes)?.map(packet))
}

/// The payload of the packet at the front, and its whole size.
fn bounds(bytes: &[u8]) -> Result<Option<(&[u8], usize)>, PacketError> {
    let Some((length_field, rest)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    let announced = u32::from_be_bytes(*length_field);
    let length = announced as usize;
    if !(1 + PADDING_BYTES_MIN..=PACKET_BYTES_MAX).contains(&length) {
        return Err(PacketError::BadLength(announced));
    }
    if !(length + 4).is_multiple_of(BLOCK_BYTES) {
        return Err(PacketError::NoMultiple(announced));
    }
    let Some(body) = rest.get(..length) else { return Ok(None) };
    let Some((padding, body)) = body.split_first() else {
        return Err(PacketError::BadLength(announced));
    };
    let count = usize::from(*padding);
    let payload = body.len().checked_sub(count).and_then(|end| body.get(..end));
    match payload {
        Some(payload) if count >= PADDING_BYTES_MIN => {
            if payload.is_empty() {
                return Err(PacketError::NoPayload);
            }
            Ok(Some((payload, length + 4)))
        }
        _ => Err(PacketError::BadPadding(*padding)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decoder;
    use super::PACKET_BYTES_MAX;
    use super::Packet;
    use super::PacketError;
    use super::Padding;
    use super::encode;

    fn decode(bytes: &[u8]) -> Result<Option<Packet>, PacketError> {
        let mut decoder = Decoder::new();
        decoder.feed(bytes);
        decoder.poll()
    }

    #[test]
    fn hostile_packets_are_refused() {
        let check = |bytes: &[u8], expected: PacketError| {
            assert_eq!(decode(bytes), Err(expected), "{}", bytes.escape_ascii());
        };
        check(b"Protocol mismatch.\r\n", PacketError::BadLength(1_349_676_916));
        check(&[0xff; 4], PacketError::BadLength(u32::MAX));
        check(&[0, 4, 0, 4], PacketError::BadLength(262_148));
        check(&[0, 0, 0, 4], PacketError::BadLength(4));
        check(&[0, 0, 0, 13], PacketError::NoMultiple(13));
        check(&[0, 0, 0, 12, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], PacketError::BadPadding(3));
        check(&[0, 0, 0, 12, 12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], PacketError::BadPadding(12));
        check(&[0, 0, 0, 12, 11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], PacketError::NoPayload);
    }

    #[test]
    fn a_length_that_is_text_is_shown_as_text() {
        let error = decode(b"Protocol mismatch.").unwrap_err();
        assert_eq!(error.to_string(), r#"bad packet length 1349676916 (as text: "Prot")"#);
        assert_eq!(PacketError::BadLength(u32::MAX).length_as_text(), None);
    }

    #[test]
    fn an_error_stays() {
        let mut decoder = Decoder::new();
        decoder.feed(&[0xff; 4]);
        assert!(decoder.poll().is_err());
        decoder.feed(&encode(&[21], Padding::Least).expect("fits"));
        assert_eq!(decoder.poll(), Err(PacketError::BadLength(u32::MAX)));
    }

    #[test]
    fn sizes_that_padding_can_make() {
        let check = |payload: usize, padding: Padding, expected: Option<usize>| {
            let packet = encode(&vec![2; payload], padding);
            assert_eq!(packet.map(|packet| packet.len()), expected, "{payload} {padding:?}");
        };
        check(1, Padding::Least, Some(16));
        check(7, Padding::Least, Some(16));
        check(8, Padding::Least, Some(24));
        check(7, Padding::UpTo(16), Some(16));
        check(8, Padding::UpTo(16), None);
        check(7, Padding::UpTo(17), None);
        check(7, Padding::UpTo(264), Some(264));
        check(4, Padding::UpTo(264), Some(264));
        check(3, Padding::UpTo(264), None);
        check(PACKET_BYTES_MAX, Padding::Least, None);
        check(PACKET_BYTES_MAX - 9, Padding::Least, Some(PACKET_BYTES_MAX));
    }

    proptest! {
        #[test]
        fn packets_read_back_however_they_are_cut(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..4),
            cut in 1usize..50,
        ) {
            let bytes: Vec<u8> =
                payloads.iter().filter_map(|payload| encode(payload, Padding::Least)).flatten().collect();
            let mut decoder = Decoder::new();
            let mut found = Vec::new();
            for piece in bytes.chunks(cut) {
                decoder.feed(piece);
                while let Some(packet) = decoder.poll().expect("well-formed") {
                    found.push(packet.payload);
                }
            }
            prop_assert_eq!(found, payloads);
            prop_assert_eq!(decoder.pending(), b"");
        }

        #[test]
        fn no_input_panics(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
