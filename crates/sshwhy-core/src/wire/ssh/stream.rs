//! All that a server sends in clear text, from its first byte to `SSH_MSG_NEWKEYS`: feed bytes, poll for events.
//!
//! Must never try to read what is encrypted, and does not decide what to answer.

use std::mem;

use super::ident::Rejected;
use super::ident::Scan;
use super::ident::Scanner;
use super::message::Message;
use super::packet::Decoder;
use super::packet::PacketError;
use crate::wire::reader::ReadError;

/// The inbound half of a connection.
#[derive(Debug, Clone)]
pub struct Stream {
    part: Part,
    /// Bytes fed so far.
    bytes: usize,
}

#[derive(Debug, Clone)]
enum Part {
    Ident(Scanner),
    Packets(Decoder),
    Encrypted,
    Broken,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A line before the packets: text, the identification string, or the reason why there will be none.
    Scan(Scan),
    /// A message, with the size of its packet in bytes.
    Message {
        /// What it says.
        message: Message,
        /// The whole packet in bytes.
        size: usize,
    },
    /// A packet whose payload is malformed. Packets may go on.
    BadMessage(ReadError),
    /// Bytes that are no packet. Nothing follows.
    BadPacket(PacketError),
}

impl Default for Stream {
    fn default() -> Self {
        Self { part: Part::Ident(Scanner::new()), bytes: 0 }
    }
}

impl Stream {
    /// Nothing fed yet; the identification string is awaited.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes of the peer. Call `poll` until it gives `None` before you feed more.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes = self.bytes.saturating_add(bytes.len());
        match &mut self.part {
            Part::Ident(scanner) => scanner.feed(bytes),
            Part::Packets(decoder) => decoder.feed(bytes),
            Part::Encrypted | Part::Broken => {}
        }
    }

    /// The next event; `None` when more bytes are needed or nothing can follow.
    pub fn poll(&mut self) -> Option<Event> {
        match &mut self.part {
            Part::Ident(scanner) => {
                let scan = scanner.poll()?;
                match scan {
                    Scan::Ident(_) => {
                        let mut decoder = Decoder::new();
                        decoder.feed(&mem::take(scanner).into_rest());
                        self.part = Part::Packets(decoder);
                    }
                    Scan::Rejected(_) => self.part = Part::Broken,
                    Scan::OtherLine { .. } => {}
                }
                Some(Event::Scan(scan))
            }
            Part::Packets(decoder) => match decoder.poll() {
                Ok(packet) => {
                    let packet = packet?;
                    Some(self.message(&packet.payload, packet.size))
                }
                Err(error) => {
                    self.part = Part::Broken;
                    Some(Event::BadPacket(error))
                }
            },
            Part::Encrypted | Part::Broken => None,
        }
    }

    /// Bytes fed so far, of any kind.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of a line or packet that has not come whole: what a peer wrote before it closed.
    #[must_use]
    pub fn unfinished(&self) -> &[u8] {
        match &self.part {
            Part::Ident(scanner) => scanner.unfinished(),
            Part::Packets(decoder) => decoder.pending(),
            Part::Encrypted | Part::Broken => &[],
        }
    }

    /// The scanner, while the identification string is awaited.
    #[must_use]
    pub fn scanner(&self) -> Option<&Scanner> {
        match &self.part {
            Part::Ident(scanner) => Some(scanner),
            _ => None,
        }
    }

    /// `SSH_MSG_NEWKEYS` has come: what follows cannot be read.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        matches!(self.part, Part::Encrypted)
    }

    fn message(&mut self, payload: &[u8], size: usize) -> Event {
        match Message::parse(payload) {
            Ok(message) => {
                if message == Message::NewKeys {
                    self.part = Part::Encrypted;
                }
                Event::Message { message, size }
            }
            Err(error) => Event::BadMessage(error),
        }
    }
}

impl Event {
    /// Nothing can follow this event.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Scan(Scan::Rejected(
                Rejected::BadIdent(_)
                    | Rejected::InvalidCharacters { .. }
                    | Rejected::LineTooLong
                    | Rejected::TooManyLines
            )) | Self::BadPacket(_)
        )
    }
}

/// All events in bytes that were recorded, e.g. in a capture.
#[must_use]
pub fn events(bytes: &[u8]) -> Vec<Event> {
    let mut stream = Stream::new();
    stream.feed(bytes);
    std::iter::from_fn(|| stream.poll()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Event;
    use super::Scan;
    use super::Stream;
    use crate::wire::ssh::ident::Ident;
    use crate::wire::ssh::kexinit::KexInit;
    use crate::wire::ssh::kexinit::Proposal;
    use crate::wire::ssh::message::Message;
    use crate::wire::ssh::packet::PacketError;
    use crate::wire::ssh::packet::Padding;
    use crate::wire::ssh::packet::encode;

    fn events(bytes: &[u8], cut: usize) -> (Vec<Event>, Stream) {
        let mut stream = Stream::new();
        let mut events = Vec::new();
        for piece in bytes.chunks(cut.max(1)) {
            stream.feed(piece);
            events.extend(std::iter::from_fn(|| stream.poll()));
        }
        (events, stream)
    }

    fn good() -> (Vec<u8>, Vec<Event>) {
        let init = Message::KexInit(Box::new(KexInit::of_client([1; 16], &Proposal::usual())));
        let ident = Ident::parse(b"SSH-2.0-x").expect("well-formed");
        let mut bytes = b"Hi\r\nSSH-2.0-x\r\n".to_vec();
        let mut events = vec![
            Event::Scan(Scan::OtherLine { line: "Hi".to_owned(), service: None }),
            Event::Scan(Scan::Ident(ident)),
        ];
        for message in [init, Message::NewKeys] {
            let packet = encode(&message.encode(), Padding::Least).expect("fits");
            events.push(Event::Message { message, size: packet.len() });
            bytes.extend(packet);
        }
        (bytes, events)
    }

    #[test]
    fn text_in_place_of_a_packet_ends_the_stream() {
        let (found, stream) = events(b"SSH-2.0-x\nProtocol mismatch.\n", 100);
        assert_eq!(found.last(), Some(&Event::BadPacket(PacketError::BadLength(1_349_676_916))));
        assert!(found.last().is_some_and(Event::is_last));
        assert_eq!(stream.bytes(), 29);
    }

    #[test]
    fn nothing_is_read_after_newkeys() {
        let (mut bytes, expected) = good();
        bytes.extend([0xff; 99]);
        let (found, stream) = events(&bytes, 1000);
        assert_eq!(found, expected);
        assert!(stream.is_encrypted());
    }

    #[test]
    fn what_is_unfinished_can_be_looked_at() {
        let (bytes, expected) = good();
        let (found, stream) = events(bytes.get(..bytes.len() - 1).unwrap_or_default(), 50);
        assert_eq!(found.len(), expected.len() - 1);
        assert_eq!(stream.unfinished().len(), 15);
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_does_not_matter(cut in 1usize..2000) {
            let (bytes, expected) = good();
            prop_assert_eq!(super::events(&bytes), expected.clone());
            prop_assert_eq!(events(&bytes, cut).0, expected);
        }

        #[test]
        fn no_input_panics(junk: Vec<u8>, cut in 1usize..20) {
            events(&junk, cut);
            events(&[b"SSH-2.0-x\n", junk.as_slice()].concat(), cut);
        }
    }
}
