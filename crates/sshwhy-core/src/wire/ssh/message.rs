//! Messages of the transport layer: RFC 4253 sections 7, 10 and 11, RFC 8308, and the numbers of key exchange methods.
//!
//! Must never drop what it does not know: unknown numbers and codes are kept.

use std::fmt;

use super::kexinit::KexInit;
use crate::wire::reader::ReadError;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// Message numbers as the RFCs spell them, without `SSH_MSG_`.
pub mod number {
    /// `SSH_MSG_DISCONNECT`, RFC 4253.
    pub const DISCONNECT: u8 = 1;
    /// `SSH_MSG_IGNORE`, RFC 4253.
    pub const IGNORE: u8 = 2;
    /// `SSH_MSG_UNIMPLEMENTED`, RFC 4253.
    pub const UNIMPLEMENTED: u8 = 3;
    /// `SSH_MSG_DEBUG`, RFC 4253.
    pub const DEBUG: u8 = 4;
    /// `SSH_MSG_EXT_INFO`, RFC 8308.
    pub const EXT_INFO: u8 = 7;
    /// `SSH_MSG_KEXINIT`, RFC 4253.
    pub const KEXINIT: u8 = 20;
    /// `SSH_MSG_NEWKEYS`, RFC 4253.
    pub const NEWKEYS: u8 = 21;
    /// The first number whose meaning depends on the key exchange method.
    pub const KEX_FIRST: u8 = 30;
    /// The last of them.
    pub const KEX_LAST: u8 = 49;
}

/// One message in clear text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The peer says goodbye.
    Disconnect {
        /// Why.
        reason: DisconnectReason,
        /// Text for people.
        description: String,
    },
    /// Nothing, of some length.
    Ignore(Vec<u8>),
    /// The peer did not know our packet with this sequence number.
    Unimplemented(u32),
    /// Text for people who debug.
    Debug {
        /// The peer wants it shown in any case.
        always_display: bool,
        /// The text.
        text: String,
    },
    /// Extensions: names and values.
    ExtInfo(Vec<(String, Vec<u8>)>),
    /// What the peer can do.
    KexInit(Box<KexInit>),
    /// All that follows is encrypted.
    NewKeys,
    /// A packet of the key exchange method: its number and what follows it. See `exchange`.
    Kex {
        /// 30 to 49.
        number: u8,
        /// What follows the number.
        body: Vec<u8>,
    },
    /// Any other number.
    Other {
        /// The message number.
        number: u8,
        /// What follows the number.
        body: Vec<u8>,
    },
}

impl Message {
    /// Reads the payload of a packet.
    pub fn parse(payload: &[u8]) -> Result<Self, ReadError> {
        let mut reader = Reader::new(payload);
        let message = match reader.u8("message number")? {
            number::DISCONNECT => Self::Disconnect {
                reason: DisconnectReason(reader.u32("reason code")?),
                description: disconnect_text(&mut reader)?,
            },
            number::IGNORE => Self::Ignore(reader.string("data of IGNORE")?.to_vec()),
            number::UNIMPLEMENTED => Self::Unimplemented(reader.u32("sequence number")?),
            number::DEBUG => {
                let always_display = reader.bool("always_display")?;
                let text = reader.text("text of DEBUG")?;
                reader.string("language tag of DEBUG")?;
                Self::Debug { always_display, text }
            }
            number::EXT_INFO => Self::ExtInfo(extensions(&mut reader)?),
            number::KEXINIT => Self::KexInit(Box::new(KexInit::read(&mut reader)?)),
            number::NEWKEYS => Self::NewKeys,
            number @ number::KEX_FIRST..=number::KEX_LAST => {
                return Ok(Self::Kex { number, body: reader.rest().to_vec() });
            }
            number => return Ok(Self::Other { number, body: reader.rest().to_vec() }),
        };
        reader.end("the end of the message")?;
        Ok(message)
    }

    /// The payload of the packet.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::new();
        let writer = match self {
            Self::Disconnect { reason, description } => writer
                .u8(number::DISCONNECT)
                .u32(reason.0)
                .string(description.as_bytes())
                .string(b""),
            Self::Ignore(data) => writer.u8(number::IGNORE).string(data),
            Self::Unimplemented(sequence) => writer.u8(number::UNIMPLEMENTED).u32(*sequence),
            Self::Debug { always_display, text } => {
                writer.u8(number::DEBUG).bool(*always_display).string(text.as_bytes()).string(b"")
            }
            Self::ExtInfo(extensions) => {
                let count = u32::try_from(extensions.len()).unwrap_or(u32::MAX);
                let writer = writer.u8(number::EXT_INFO).u32(count);
                extensions.iter().fold(writer, |writer, (name, value)| {
                    writer.string(name.as_bytes()).string(value)
                })
            }
            Self::KexInit(init) => writer.bytes(&init.encode()),
            Self::NewKeys => writer.u8(number::NEWKEYS),
            Self::Kex { number, body } | Self::Other { number, body } => {
                writer.u8(*number).bytes(body)
            }
        };
        writer.finish()
    }

    /// What we say when a probe has seen enough: reason 11 and the words that `ssh` uses when a session ends well.
    #[must_use]
    pub fn goodbye() -> Self {
        Self::Disconnect {
            reason: DisconnectReason::BY_APPLICATION,
            description: "disconnected by user".to_owned(),
        }
    }
}

/// The text of DISCONNECT. Old servers leave the language tag out, so it may be missing.
fn disconnect_text(reader: &mut Reader<'_>) -> Result<String, ReadError> {
    let text = reader.text("text of DISCONNECT")?;
    if !reader.rest().is_empty() {
        reader.string("language tag of DISCONNECT")?;
    }
    Ok(text)
}

fn extensions(reader: &mut Reader<'_>) -> Result<Vec<(String, Vec<u8>)>, ReadError> {
    let count = reader.u32("number of extensions")?;
    // Every pair takes at least eight bytes, so the input itself bounds what a false count can make.
    let pair = |_| Ok((reader.text("extension name")?, reader.string("extension value")?.to_vec()));
    (0..count).map(pair).collect()
}

/// The reason code of `SSH_MSG_DISCONNECT` (RFC 4253 section 11.1). Codes above 15 are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisconnectReason(pub u32);

impl DisconnectReason {
    /// 2, `SSH_DISCONNECT_PROTOCOL_ERROR`: OpenSSH uses it for most refusals.
    pub const PROTOCOL_ERROR: Self = Self(2);
    /// 3, `SSH_DISCONNECT_KEY_EXCHANGE_FAILED`.
    pub const KEY_EXCHANGE_FAILED: Self = Self(3);
    /// 11, `SSH_DISCONNECT_BY_APPLICATION`.
    pub const BY_APPLICATION: Self = Self(11);
    /// 12, `SSH_DISCONNECT_TOO_MANY_CONNECTIONS`.
    pub const TOO_MANY_CONNECTIONS: Self = Self(12);

    /// The name in RFC 4253 without `SSH_DISCONNECT_`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            1 => "HOST_NOT_ALLOWED_TO_CONNECT",
            2 => "PROTOCOL_ERROR",
            3 => "KEY_EXCHANGE_FAILED",
            4 => "RESERVED",
            5 => "MAC_ERROR",
            6 => "COMPRESSION_ERROR",
            7 => "SERVICE_NOT_AVAILABLE",
            8 => "PROTOCOL_VERSION_NOT_SUPPORTED",
            9 => "HOST_KEY_NOT_VERIFIABLE",
            10 => "CONNECTION_LOST",
            11 => "BY_APPLICATION",
            12 => "TOO_MANY_CONNECTIONS",
            13 => "AUTH_CANCELLED_BY_USER",
            14 => "NO_MORE_AUTH_METHODS_AVAILABLE",
            15 => "ILLEGAL_USER_NAME",
            _ => return None,
        })
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DisconnectReason;
    use super::Message;
    use crate::wire::reader::Found;

    #[test]
    fn hostile_messages_are_refused_with_a_place() {
        let check = |payload: &[u8], offset: usize, expected: &str, found: Found| {
            let error = Message::parse(payload).unwrap_err();
            assert_eq!((error.offset, error.expected, error.found), (offset, expected, found));
        };
        check(b"", 0, "message number", Found::TooShort { needed: 1, left: 0 });
        check(b"\x01\0\0\0", 1, "reason code", Found::TooShort { needed: 4, left: 3 });
        check(b"\x15!", 1, "the end of the message", Found::Extra(1));
        let many = b"\x07\xff\xff\xff\xff\0\0\0\0\0\0\0\0";
        check(many, 13, "extension name", Found::TooShort { needed: 4, left: 0 });
        let short = [&[20; 17][..], &[0, 0, 0, 9, b'a']].concat();
        check(&short, 17, "kex_algorithms", Found::TooShort { needed: 9, left: 1 });
    }

    #[test]
    fn disconnects_with_and_without_a_language() {
        let expected = Message::Disconnect {
            reason: DisconnectReason::PROTOCOL_ERROR,
            description: "no".to_owned(),
        };
        for payload in [&b"\x01\0\0\0\x02\0\0\0\x02no"[..], b"\x01\0\0\0\x02\0\0\0\x02no\0\0\0\0"] {
            assert_eq!(Message::parse(payload).as_ref(), Ok(&expected));
        }
    }

    #[test]
    fn reasons_have_their_names() {
        assert_eq!(DisconnectReason(2).to_string(), "2 (PROTOCOL_ERROR)");
        assert_eq!(DisconnectReason(77).to_string(), "77");
    }

    fn message() -> impl Strategy<Value = Message> {
        let bytes = || prop::collection::vec(any::<u8>(), 0..50);
        prop_oneof![
            (any::<u32>(), ".*").prop_map(|(code, description)| Message::Disconnect {
                reason: DisconnectReason(code),
                description,
            }),
            bytes().prop_map(Message::Ignore),
            any::<u32>().prop_map(Message::Unimplemented),
            (any::<bool>(), ".*")
                .prop_map(|(always_display, text)| Message::Debug { always_display, text }),
            prop::collection::vec((".{0,9}", bytes()), 0..4).prop_map(Message::ExtInfo),
            Just(Message::NewKeys),
            (30u8..50, bytes()).prop_map(|(number, body)| Message::Kex { number, body }),
            (50u8.., bytes()).prop_map(|(number, body)| Message::Other { number, body }),
        ]
    }

    proptest! {
        #[test]
        fn messages_read_back(message in message()) {
            prop_assert_eq!(Message::parse(&message.encode()), Ok(message));
        }

        #[test]
        fn no_input_panics(number in 0u8..60, body: Vec<u8>) {
            let _ = Message::parse(&[&[number], body.as_slice()].concat());
        }
    }
}
