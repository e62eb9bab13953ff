//! Capture files: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), of either byte order.

/// A block that is longer than this is no block.
const MAX_BLOCK: usize = 64 << 20;
/// More interfaces than this have no packets of their own.
const MAX_INTERFACES: usize = 4096;

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
    Packets::new(bytes).is_some()
}

/// Reads packets from the front of a file; ends where the file is cut or damaged.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    left: &'a [u8],
    number: u64,
    is_little: bool,
    kind: Kind,
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

impl<'a> Packets<'a> {
    /// Begins to read; `None` when it is no capture file.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let magic: [u8; 4] = *bytes.first_chunk()?;
        let (is_little, fraction) = match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (true, 1e-6),
            [0xa1, 0xb2, 0xc3, 0xd4] => (false, 1e-6),
            [0x4d, 0x3c, 0xb2, 0xa1] => (true, 1e-9),
            [0xa1, 0xb2, 0x3c, 0x4d] => (false, 1e-9),
            [0x0a, 0x0d, 0x0d, 0x0a] => {
                let order: [u8; 4] = *bytes.get(8..)?.first_chunk()?;
                let is_little = order == [0x4d, 0x3c, 0x2b, 0x1a];
                let kind = Kind::Blocks(Vec::new());
                return Some(Self { left: bytes, number: 0, is_little, kind });
            }
            _ => return None,
        };
        let mut packets =
            Self { left: bytes, number: 0, is_little, kind: Kind::Blocks(Vec::new()) };
        let link = packets.u32(20)?;
        packets.left = bytes.get(24..)?;
        packets.kind = Kind::Classic { link: (link & 0xffff) as u16, fraction };
        Some(packets)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = *self.left.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = *self.left.get(at..)?.first_chunk()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn classic(&mut self, link: u16, fraction: f64) -> Option<Packet<'a>> {
        let (seconds, parts) = (self.u32(0)?, self.u32(4)?);
        let (kept, length) = (self.u32(8)? as usize, self.u32(12)? as usize);
        let left = self.left.get(16..)?;
        // The last packet of a file that was cut counts as far as it goes.
        let bytes = left.get(..kept).unwrap_or(left);
        self.left = left.get(kept..).unwrap_or_default();
        self.number += 1;
        let at = f64::from(seconds) + f64::from(parts) * fraction;
        Some(Packet { number: self.number, at, link, bytes, length })
    }

    fn block(&mut self) -> Option<Option<Packet<'a>>> {
        let kind = self.u32(0)?;
        if kind == 0x0a0d_0d0a {
            let order: [u8; 4] = *self.left.get(8..)?.first_chunk()?;
            self.is_little = order == [0x4d, 0x3c, 0x2b, 0x1a];
            self.kind = Kind::Blocks(Vec::new());
        }
        let size = self.u32(4)? as usize;
        if !(12..=MAX_BLOCK).contains(&size) {
            return None;
        }
        let packet = match kind {
            1 => {
                self.interface(size);
                None
            }
            // Enhanced and obsolete packet blocks differ in where the interface stands.
            2 | 6 => self.packet(kind),
            3 => self.simple(size),
            _ => None,
        };
        self.left = self.left.get(size..).unwrap_or_default();
        Some(packet)
    }

    fn interface(&mut self, size: usize) {
        let link = self.u16(8).unwrap_or(0);
        let snapshot = self.u32(12).unwrap_or(0) as usize;
        let mut per_second = 1e6;
        let mut at = 16;
        while at + 4 <= size.saturating_sub(4) {
            let (Some(code), Some(length)) = (self.u16(at), self.u16(at + 2)) else { break };
            if code == 0 {
                break;
            }
            // if_tsresol: a power of ten, or of two with the first bit set.
            if code == 9
                && let Some(value) = self.left.get(at + 4)
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

    fn packet(&mut self, kind: u32) -> Option<Packet<'a>> {
        let index = if kind == 6 { self.u32(8)? } else { u32::from(self.u16(8)?) };
        let Kind::Blocks(all) = &self.kind else { return None };
        let interface = *all.get(index as usize)?;
        let units = f64::from(self.u32(12)?) * 4_294_967_296.0 + f64::from(self.u32(16)?);
        let (kept, length) = (self.u32(20)? as usize, self.u32(24)? as usize);
        let left = self.left.get(28..)?;
        let bytes = left.get(..kept).unwrap_or(left);
        self.number += 1;
        let at = units / interface.per_second;
        Some(Packet { number: self.number, at, link: interface.link, bytes, length })
    }

    fn simple(&mut self, size: usize) -> Option<Packet<'a>> {
        let Kind::Blocks(all) = &self.kind else { return None };
        let interface = *all.first()?;
        let length = self.u32(8)? as usize;
        let left = self.left.get(12..size.checked_sub(4)?)?;
        let kept = if interface.snapshot == 0 { length } else { length.min(interface.snapshot) };
        let bytes = left.get(..kept).unwrap_or(left);
        self.number += 1;
        Some(Packet { number: self.number, at: 0.0, link: interface.link, bytes, length })
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        if let Kind::Classic { link, fraction } = self.kind {
            return self.classic(link, fraction);
        }
        loop {
            if let Some(packet) = self.block()? {
                return Some(packet);
            }
        }
    }
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
            prop_assert!(Packets::new(&file).map_or(0, Iterator::count) <= file.len());
        }
    }
}
