//! Capture files: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), of either byte order.

/// A packet or block that is longer than this is none.
const MAX_BLOCK: usize = 16 << 20;
/// More interfaces than this have no packets of their own.
const MAX_INTERFACES: usize = 4096;
/// So much of a piece is put to a packet that was cut.
const JOINT: usize = 4096;
/// So long is the head of a file at least.
const HEAD: usize = 24;

/// A packet as it was captured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Packet<'a> {
    /// From 1, as Wireshark counts.
    pub number: u64,
    /// Seconds since 1970.
    pub at: f64,
    /// What it begins with (`LINKTYPE_…`).
    pub link: u16,
    /// Its bytes, as many as were kept.
    pub bytes: &'a [u8],
    /// How long it was.
    pub length: usize,
}

/// Whether bytes begin like a capture file.
pub fn is_capture(bytes: &[u8]) -> bool {
    Format::of(bytes).is_some()
}

/// Reads packets of a file that is there as a whole; ends where the file is cut or damaged.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    left: &'a [u8],
    format: Format,
}

impl<'a> Packets<'a> {
    /// Begins to read; `None` when it is no capture file.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let (format, head) = Format::of(bytes)?;
        Some(Self { left: bytes.get(head..)?, format })
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        loop {
            let (used, packet) = self.format.step(self.left, true)?;
            self.left = self.left.get(used..).unwrap_or_default();
            if packet.is_some() {
                return packet;
            }
        }
    }
}

/// Reads packets of a file that comes in pieces. Holds no more than one piece and one packet.
#[derive(Debug, Default)]
pub struct Reader {
    held: Vec<u8>,
    format: Option<Format>,
}

impl Reader {
    /// Takes the next piece, and hands on each packet that is whole by now.
    pub fn take(&mut self, piece: &[u8], mut each: impl FnMut(Packet<'_>)) {
        let mut piece = piece;
        // Only the packet that was cut is put together; all others are read where they are.
        while !self.held.is_empty() && !piece.is_empty() {
            let (head, rest) = piece.split_at(piece.len().min(JOINT));
            self.held.extend_from_slice(head);
            let left = self.hand_on_held(false, &mut each);
            if left <= head.len() {
                self.held.clear();
                piece = piece.get(head.len() - left..).unwrap_or_default();
                break;
            }
            piece = rest;
        }
        if self.held.is_empty() {
            let left = hand_on(&mut self.format, piece, false, &mut each);
            self.held.extend_from_slice(left);
        }
    }

    /// Hands on what is left of a file that ends here.
    pub fn finish(mut self, mut each: impl FnMut(Packet<'_>)) {
        self.hand_on_held(true, &mut each);
    }

    /// Hands on what is held, and says how many bytes of it are left.
    fn hand_on_held(&mut self, is_end: bool, each: &mut impl FnMut(Packet<'_>)) -> usize {
        let left = hand_on(&mut self.format, &self.held, is_end, each).len();
        self.held.drain(..self.held.len() - left);
        left
    }
}

/// Hands on the whole packets at the front, and returns what is left.
fn hand_on<'a>(
    known: &mut Option<Format>,
    bytes: &'a [u8],
    is_end: bool,
    each: &mut impl FnMut(Packet<'_>),
) -> &'a [u8] {
    let mut left = bytes;
    if known.is_none() {
        if bytes.len() < HEAD && !is_end {
            return bytes;
        }
        let Some((format, head)) = Format::of(bytes) else { return b"" };
        *known = Some(format);
        left = left.get(head..).unwrap_or_default();
    }
    let Some(format) = known else { return b"" };
    while let Some((used, packet)) = format.step(left, is_end) {
        packet.into_iter().for_each(&mut *each);
        left = left.get(used..).unwrap_or_default();
    }
    if format.is_damaged { b"" } else { left }
}

/// How a file is written, and where in it the next packet comes from.
#[derive(Clone, Debug)]
struct Format {
    number: u64,
    is_little: bool,
    kind: Kind,
    /// Nothing can be read any more.
    is_damaged: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    /// One link type and one unit of time for all.
    Classic { link: u16, fraction: f64 },
    /// Each interface has its own.
    Blocks(Vec<Interface>),
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    /// Units in a second.
    per_second: f64,
    snapshot: usize,
}

impl Format {
    /// By how a file begins, and how long its head is.
    fn of(bytes: &[u8]) -> Option<(Self, usize)> {
        let magic: [u8; 4] = *bytes.first_chunk()?;
        let (is_little, fraction) = match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (true, 1e-6),
            [0xa1, 0xb2, 0xc3, 0xd4] => (false, 1e-6),
            [0x4d, 0x3c, 0xb2, 0xa1] => (true, 1e-9),
            [0xa1, 0xb2, 0x3c, 0x4d] => (false, 1e-9),
            [0x0a, 0x0d, 0x0d, 0x0a] => {
                let order: [u8; 4] = *bytes.get(8..)?.first_chunk()?;
                let is_little = order == ORDER;
                let kind = Kind::Blocks(Vec::new());
                // The head is a block like the others.
                return Some((Self { number: 0, is_little, kind, is_damaged: false }, 0));
            }
            _ => return None,
        };
        let link = (u32_at(bytes, 20, is_little)? & 0xffff) as u16;
        let kind = Kind::Classic { link, fraction };
        Some((Self { number: 0, is_little, kind, is_damaged: false }, HEAD))
    }

    fn u16(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes: [u8; 2] = *bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, bytes: &[u8], at: usize) -> Option<u32> {
        u32_at(bytes, at, self.is_little)
    }

    /// The next record: how many bytes it took, and its packet if it is one. `None` when it is not there as a whole, or
    /// nothing can be read any more. At the end of a file, what is there of the last packet counts.
    fn step<'a>(&mut self, left: &'a [u8], is_end: bool) -> Option<(usize, Option<Packet<'a>>)> {
        if self.is_damaged {
            return None;
        }
        match self.kind {
            Kind::Classic { link, fraction } => self.record(left, is_end, link, fraction),
            Kind::Blocks(_) => self.block(left, is_end),
        }
    }

    fn record<'a>(
        &mut self,
        left: &'a [u8],
        is_end: bool,
        link: u16,
        fraction: f64,
    ) -> Option<(usize, Option<Packet<'a>>)> {
        let (seconds, parts) = (self.u32(left, 0)?, self.u32(left, 4)?);
        let (kept, length) = (self.u32(left, 8)? as usize, self.u32(left, 12)? as usize);
        if kept > MAX_BLOCK {
            self.is_damaged = true;
            return None;
        }
        let rest = left.get(16..)?;
        let bytes = match rest.get(..kept) {
            Some(bytes) => bytes,
            None if is_end => rest,
            None => return None,
        };
        self.number += 1;
        let at = f64::from(seconds) + f64::from(parts) * fraction;
        let packet = Packet { number: self.number, at, link, bytes, length };
        Some((16 + bytes.len(), Some(packet)))
    }

    fn block<'a>(&mut self, left: &'a [u8], is_end: bool) -> Option<(usize, Option<Packet<'a>>)> {
        let kind = self.u32(left, 0)?;
        if kind == 0x0a0d_0d0a {
            let order: [u8; 4] = *left.get(8..)?.first_chunk()?;
            self.is_little = order == ORDER;
            self.kind = Kind::Blocks(Vec::new());
        }
        let size = self.u32(left, 4)? as usize;
        if !(12..=MAX_BLOCK).contains(&size) {
            self.is_damaged = true;
            return None;
        }
        let block = match left.get(..size) {
            Some(block) => block,
            None if is_end => left,
            None => return None,
        };
        let packet = match kind {
            1 => {
                self.interface(block);
                None
            }
            // Enhanced and obsolete packet blocks differ in where the interface stands.
            2 | 6 => self.packet(block, kind),
            3 => self.simple(block),
            _ => None,
        };
        Some((block.len(), packet))
    }

    fn interface(&mut self, block: &[u8]) {
        let link = self.u16(block, 8).unwrap_or(0);
        let snapshot = self.u32(block, 12).unwrap_or(0) as usize;
        let mut per_second = 1e6;
        let mut at = 16;
        while at + 4 <= block.len().saturating_sub(4) {
            let (Some(code), Some(length)) = (self.u16(block, at), self.u16(block, at + 2)) else {
                break;
            };
            if code == 0 {
                break;
            }
            // if_tsresol: a power of ten, or of two with the first bit set.
            if code == 9
                && let Some(value) = block.get(at + 4)
            {
                let power = i32::from(value & 0x7f);
                let base: f64 = if value & 0x80 == 0 { 10.0 } else { 2.0 };
                per_second = base.powi(power);
            }
            at += 4 + usize::from(length).next_multiple_of(4);
        }
        if let Kind::Blocks(all) = &mut self.kind
            && all.len() < MAX_INTERFACES
        {
            all.push(Interface { link, per_second, snapshot });
        }
    }

    fn packet<'a>(&mut self, block: &'a [u8], kind: u32) -> Option<Packet<'a>> {
        let index = if kind == 6 { self.u32(block, 8)? } else { u32::from(self.u16(block, 8)?) };
        let Kind::Blocks(all) = &self.kind else { return None };
        let interface = *all.get(index as usize)?;
        let (high, low) = (self.u32(block, 12)?, self.u32(block, 16)?);
        let units = f64::from(high) * 4_294_967_296.0 + f64::from(low);
        let (kept, length) = (self.u32(block, 20)? as usize, self.u32(block, 24)? as usize);
        let rest = block.get(28..)?;
        let bytes = rest.get(..kept).unwrap_or(rest);
        self.number += 1;
        let at = units / interface.per_second;
        Some(Packet { number: self.number, at, link: interface.link, bytes, length })
    }

    fn simple<'a>(&mut self, block: &'a [u8]) -> Option<Packet<'a>> {
        let Kind::Blocks(all) = &self.kind else { return None };
        let interface = *all.first()?;
        let length = self.u32(block, 8)? as usize;
        let rest = block.get(12..block.len().checked_sub(4)?)?;
        let kept = if interface.snapshot == 0 { length } else { length.min(interface.snapshot) };
        let bytes = rest.get(..kept).unwrap_or(rest);
        self.number += 1;
        Some(Packet { number: self.number, at: 0.0, link: interface.link, bytes, length })
    }
}

/// The byte order of a section, as a file of the smaller end first writes it.
const ORDER: [u8; 4] = [0x4d, 0x3c, 0x2b, 0x1a];

fn u32_at(bytes: &[u8], at: usize, is_little: bool) -> Option<u32> {
    let bytes: [u8; 4] = *bytes.get(at..)?.first_chunk()?;
    Some(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_that_is_cut_gives_what_is_there() {
        let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file.extend([0xff, 0xff, 0, 0, 1, 0, 0, 0]);
        file.extend([1, 0, 0, 0, 0x20, 0xa1, 7, 0, 4, 0, 0, 0, 60, 0, 0, 0, 1, 2]);
        let packets: Vec<_> = Packets::new(&file).unwrap().collect();
        let [packet] = packets.as_slice() else { panic!("{packets:?}") };
        assert_eq!((packet.number, packet.link, packet.length), (1, 1, 60));
        assert_eq!(packet.bytes, [1, 2]);
        assert!((packet.at - 1.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), ng: bool) {
            let begin: &[u8] = if ng {
                &[0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a]
            } else {
                &[0xd4, 0xc3, 0xb2, 0xa1]
            };
            let file = [begin, &bytes].concat();
            let whole: Vec<u64> =
                Packets::new(&file).into_iter().flatten().map(|packet| packet.number).collect();
            prop_assert!(whole.len() <= file.len());
        }

        /// However a file is cut into pieces, it holds the same.
        #[test]
        fn pieces_hold_what_the_whole_holds(
            sizes in proptest::collection::vec(0usize..90, 0..12),
            piece in 1usize..64,
        ) {
            let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            file.extend([0xff, 0xff, 0, 0, 1, 0, 0, 0]);
            for size in sizes {
                let field = (size as u32).to_le_bytes();
                file.extend([&[1, 0, 0, 0, 0, 0, 0, 0][..], &field, &field].concat());
                file.extend(vec![7; size]);
            }
            let whole: Vec<(u64, Vec<u8>)> = Packets::new(&file)
                .into_iter()
                .flatten()
                .map(|packet| (packet.number, packet.bytes.to_vec()))
                .collect();
            let (mut reader, mut parts) = (Reader::default(), Vec::new());
            for piece in file.chunks(piece) {
                reader.take(piece, |packet| parts.push((packet.number, packet.bytes.to_vec())));
            }
            reader.finish(|packet| parts.push((packet.number, packet.bytes.to_vec())));
            prop_assert_eq!(whole, parts);
        }
    }
}
