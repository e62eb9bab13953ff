//! As much of IPv4 and TCP as a box on the way needs: read a segment, change it, forge a reset.
//!
//! Must never panic on a packet; what it does not understand it leaves alone.

/// Where things are in an IPv4 packet that carries TCP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    packet: &'a [u8],
    tcp: usize,
    payload: usize,
}

impl<'a> Segment<'a> {
    /// `None` for anything but a whole, unfragmented IPv4 TCP segment.
    pub(super) fn parse(packet: &'a [u8]) -> Option<Self> {
        let first = *packet.first()?;
        let tcp = usize::from(first & 0x0f) * 4;
        let fragment = u16::from_be_bytes([*packet.get(6)?, *packet.get(7)?]) & 0x3fff;
        let offset = usize::from(*packet.get(tcp + 12)? >> 4) * 4;
        let whole = first >> 4 == 4 && tcp >= 20 && offset >= 20 && packet.len() >= tcp + offset;
        (whole && packet.get(9) == Some(&6) && fragment & 0x1fff == 0).then_some(Segment {
            packet,
            tcp,
            payload: tcp + offset,
        })
    }

    /// The application's bytes.
    pub(super) fn payload(&self) -> &'a [u8] {
        self.packet.get(self.payload..).unwrap_or_default()
    }

    /// Addresses and ports, source first: names one direction of a connection.
    pub(super) fn flow(&self) -> Vec<u8> {
        let ports = self.packet.get(self.tcp..self.tcp + 4).unwrap_or_default();
        [self.addresses(), ports].concat()
    }

    /// The same connection seen from the other end.
    pub(super) fn reverse_flow(&self) -> Vec<u8> {
        let flow = self.flow();
        let parts = [4..8, 0..4, 10..12, 8..10];
        parts.into_iter().flat_map(|part| flow.get(part).unwrap_or_default()).copied().collect()
    }

    fn addresses(&self) -> &'a [u8] {
        self.packet.get(12..20).unwrap_or_default()
    }

    fn number(&self, offset: usize) -> u32 {
        let at = self.tcp + offset;
        let bytes = self.packet.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_be_bytes(bytes.unwrap_or_default())
    }

    /// A reset that the receiver of this segment believes to come from its sender (RFC 9293
    /// §3.10.7.4: exact sequence number).
    pub(super) fn reset_to_receiver(&self) -> Vec<u8> {
        reset(&self.flow(), self.number(4), self.number(8), &Look::CARELESS)
    }

    /// A reset that the sender of this segment believes to come from its receiver.
    pub(super) fn reset_to_sender(&self, look: &Look) -> Vec<u8> {
        let length = u32::try_from(self.payload().len()).unwrap_or_default();
        reset(&self.reverse_flow(), self.number(8), self.number(4).wrapping_add(length), look)
    }

    /// How a packet looks that comes after this one from the same sender.
    pub(super) fn look(&self) -> Look {
        let byte = |at: usize| self.packet.get(at).copied().unwrap_or_default();
        let half = |at: usize| u16::from_be_bytes([byte(at), byte(at + 1)]);
        let options = self.packet.get(self.tcp + 20..self.payload).unwrap_or_default();
        // Only the clock is in every segment; the rest belongs to the SYN.
        let clock = options.windows(10).find(|part| part.starts_with(&[8, 10]));
        Look {
            ttl: byte(8),
            id: half(4).wrapping_add(1),
            window: half(self.tcp + 14),
            options: clock.map_or(Vec::new(), |clock| [&[1, 1], clock].concat()),
            off: 0,
        }
    }
}

/// What a forged reset shows besides its flow and numbers.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) ttl: u8,
    pub(super) id: u16,
    pub(super) window: u16,
    /// A multiple of four.
    pub(super) options: Vec<u8>,
    /// How far its number is from the exact one.
    pub(super) off: u32,
}

impl Look {
    /// As most devices do it.
    pub(super) const CARELESS: Look =
        Look { ttl: 64, id: 0, window: 0, options: Vec::new(), off: 0 };
}

/// Flips one bit of the last payload byte and mends the TCP checksum, as a box does that rewrites
/// what it forwards.
pub(super) fn corrupt(packet: &mut [u8]) {
    let Some(segment) = Segment::parse(packet) else { return };
    if segment.payload().is_empty() {
        return;
    }
    let tcp = segment.tcp;
    if let Some(last) = packet.last_mut() {
        *last ^= 0x04;
    }
    fill_checksum(packet, tcp);
}

/// An IPv4 packet without payload: RST and ACK for `flow` (source, destination, ports).
fn reset(flow: &[u8], sequence: u32, acknowledged: u32, look: &Look) -> Vec<u8> {
    let header = u8::try_from(20 + look.options.len()).unwrap_or(20);
    let [high, low] = look.id.to_be_bytes();
    // Version 4, the length, don't fragment, TCP.
    let mut packet = vec![0x45, 0, 0, 20 + header, high, low, 0x40, 0, look.ttl, 6, 0, 0];
    packet.extend_from_slice(flow);
    packet.extend_from_slice(&sequence.wrapping_add(look.off).to_be_bytes());
    packet.extend_from_slice(&acknowledged.to_be_bytes());
    packet.extend_from_slice(&[header / 4 * 16, 0x14]);
    packet.extend_from_slice(&look.window.to_be_bytes());
    packet.extend_from_slice(&[0; 4]);
    packet.extend_from_slice(&look.options);
    let checksum = sum(packet.get(..20).unwrap_or_default(), 0);
    if let Some(field) = packet.get_mut(10..12) {
        field.copy_from_slice(&checksum.to_be_bytes());
    }
    fill_checksum(&mut packet, 20);
    packet
}

fn fill_checksum(packet: &mut [u8], tcp: usize) {
    let Some(field) = packet.get_mut(tcp + 16..tcp + 18) else { return };
    field.fill(0);
    let segment = packet.get(tcp..).unwrap_or_default();
    let length = u32::try_from(segment.len()).unwrap_or_default();
    let pseudo = packet.get(12..20).unwrap_or_default().chunks_exact(2);
    let start = pseudo.fold(6 + length, |total, pair| total + word(pair));
    let checksum = sum(segment, start);
    if let Some(field) = packet.get_mut(tcp + 16..tcp + 18) {
        field.copy_from_slice(&checksum.to_be_bytes());
    }
}

/// The Internet checksum (RFC 1071).
fn sum(bytes: &[u8], start: u32) -> u16 {
    let mut total = bytes.chunks(2).fold(start, |total, pair| total + word(pair));
    while total > 0xffff {
        total = (total & 0xffff) + (total >> 16);
    }
    u16::try_from(!total & 0xffff).unwrap_or_default()
}

fn word(pair: &[u8]) -> u32 {
    let at = |index| u32::from(pair.get(index).copied().unwrap_or_default());
    (at(0) << 8) | at(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Vec<u8> {
        let mut packet =
            reset(&[10, 77, 1, 2, 10, 77, 2, 2, 0xc0, 0, 0, 22], 1000, 2000, &Look::CARELESS);
        packet.extend_from_slice(b"SSH-2.0-x\r\n");
        packet
    }

    #[test]
    fn what_is_not_tcp_is_left_alone() {
        assert!(Segment::parse(&[]).is_none());
        assert!(Segment::parse(&[0x45; 19]).is_none());
        let mut udp = hello();
        udp[9] = 17;
        assert!(Segment::parse(&udp).is_none());
        let mut six = hello();
        six[0] = 0x65;
        assert!(Segment::parse(&six).is_none());
        let mut long = hello();
        long[32] = 0xf0;
        assert!(Segment::parse(&long).is_none());
    }

    #[test]
    fn resets_fit_into_the_window() {
        let packet = hello();
        let segment = Segment::parse(&packet).expect("a segment");
        assert_eq!(segment.payload(), b"SSH-2.0-x\r\n");
        let forged = segment.reset_to_sender(&Look::CARELESS);
        let forged = Segment::parse(&forged).expect("a segment");
        assert_eq!(forged.flow(), segment.reverse_flow());
        assert_eq!((forged.number(4), forged.number(8)), (2000, 1011));
        let forged = segment.reset_to_receiver();
        let forged = Segment::parse(&forged).expect("a segment");
        assert_eq!((forged.flow(), forged.number(4)), (segment.flow(), 1000));
    }

    #[test]
    fn a_look_is_copied() {
        let look = Look {
            ttl: 62,
            id: 7,
            window: 9,
            options: vec![1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6],
            off: 0,
        };
        let packet = hello();
        let forged = Segment::parse(&packet).expect("a segment").reset_to_sender(&look);
        let copied = Segment::parse(&forged).expect("a segment").look();
        assert_eq!((copied.ttl, copied.id, copied.window), (62, 8, 9));
        assert_eq!(copied.options, look.options);
    }

    #[test]
    fn checksums_hold_after_a_change() {
        let mut packet = hello();
        corrupt(&mut packet);
        assert!(packet.ends_with(b"SSH-2.0-x\r\x0e"));
        let pseudo = packet[12..20].chunks_exact(2).map(word).sum::<u32>();
        let length = u32::try_from(packet.len() - 20).expect("a short packet");
        assert_eq!(sum(&packet[20..], pseudo + 6 + length), 0);
        assert_eq!(sum(&packet[..20], 0), 0);
    }
}
