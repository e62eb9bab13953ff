//! The first packets of each key exchange method, made of well-formed public values: enough to make a server send its reply.
//!
//! Must never hold a secret. No private key belongs to the values here, so none of these exchanges can be finished.

mod value;

use crate::wire::reader::ReadError;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

/// `SSH_MSG_KEXDH_INIT` (RFC 4253), `SSH_MSG_KEX_ECDH_INIT` (RFC 5656) and the hybrid methods.
pub const INIT: u8 = 30;
/// Their reply.
pub const REPLY: u8 = 31;
/// `SSH_MSG_KEX_DH_GEX_GROUP`, RFC 4419.
pub const GEX_GROUP: u8 = 31;
/// `SSH_MSG_KEX_DH_GEX_INIT`, RFC 4419.
pub const GEX_INIT: u8 = 32;
/// `SSH_MSG_KEX_DH_GEX_REPLY`, RFC 4419.
pub const GEX_REPLY: u8 = 33;
/// `SSH_MSG_KEX_DH_GEX_REQUEST`, RFC 4419.
pub const GEX_REQUEST: u8 = 34;

/// A key exchange method that we can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// RFC 8731, and its earlier name at libssh.org.
    Curve25519,
    /// RFC 4253 and RFC 8268, with a fixed group whose modulus has so many bytes.
    Dh {
        /// Size of the modulus in bytes.
        modulus_bytes: usize,
    },
    /// RFC 4419: the server chooses the group.
    Gex,
    /// ML-KEM-768 and X25519, draft-ietf-sshm-mlkem-hybrid-kex.
    Mlkem768X25519,
    /// RFC 5656.
    Nistp256,
    /// RFC 5656.
    Nistp384,
    /// RFC 5656.
    Nistp521,
    /// Streamlined NTRU Prime and X25519, draft-ietf-sshm-ntruprime-ssh.
    Sntrup761X25519,
}

/// Sizes of the group that a client asks for, in bits (RFC 4419 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GexSizes {
    /// The smallest that the client takes.
    pub min: u32,
    /// What it would like.
    pub preferred: u32,
    /// The largest that it takes.
    pub max: u32,
}

impl GexSizes {
    /// What OpenSSH asks for with its default ciphers: `DH_GRP_MIN`, 3072 and `DH_GRP_MAX`.
    pub const OPENSSH: Self = Self { min: 2048, preferred: 3072, max: 8192 };
}

/// What the server sends in a key exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerStep {
    /// The group of an RFC 4419 exchange; answer with `Method::answer_group`.
    Group(GexGroup),
    /// The reply, which holds the host key.
    Reply(Reply),
}

/// A group of RFC 4419.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GexGroup {
    /// The modulus p, most significant byte first, without leading zeros.
    pub modulus: Vec<u8>,
    /// The generator g.
    pub generator: Vec<u8>,
}

impl GexGroup {
    /// Size of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.modulus.first().map_or(0, |byte| {
            self.modulus.len().saturating_mul(8).saturating_sub(byte.leading_zeros() as usize)
        })
    }
}

/// The reply of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// K_S: the host key or host certificate, as a blob.
    pub host_key: Vec<u8>,
    /// The server's public value: f as an mpint body, or the string of the other methods.
    pub public_value: Vec<u8>,
    /// The signature of the exchange hash, as a blob. It can't be verified without the secret of the exchange.
    pub signature: Vec<u8>,
}

impl Method {
    /// The method of a name in `kex_algorithms`; `None` when we cannot begin it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "curve25519-sha256" | "curve25519-sha256@libssh.org" => Self::Curve25519,
            "diffie-hellman-group1-sha1" => Self::Dh { modulus_bytes: 128 },
            "diffie-hellman-group14-sha1" | "diffie-hellman-group14-sha256" => {
                Self::Dh { modulus_bytes: 256 }
            }
            "diffie-hellman-group15-sha512" => Self::Dh { modulus_bytes: 384 },
            "diffie-hellman-group16-sha512" => Self::Dh { modulus_bytes: 512 },
            "diffie-hellman-group17-sha512" => Self::Dh { modulus_bytes: 768 },
            "diffie-hellman-group18-sha512" => Self::Dh { modulus_bytes: 1024 },
            "diffie-hellman-group-exchange-sha1" | "diffie-hellman-group-exchange-sha256" => {
                Self::Gex
            }
            "ecdh-sha2-nistp256" => Self::Nistp256,
            "ecdh-sha2-nistp384" => Self::Nistp384,
            "ecdh-sha2-nistp521" => Self::Nistp521,
            "mlkem768x25519-sha256" => Self::Mlkem768X25519,
            "sntrup761x25519-sha512" | "sntrup761x25519-sha512@openssh.com" => {
                Self::Sntrup761X25519
            }
            _ => return None,
        })
    }

    /// The payload of the client's first packet after the KEXINITs. Only RFC 4419 exchanges look at `sizes`.
    #[must_use]
    pub fn first_payload(self, sizes: GexSizes) -> Vec<u8> {
        let init = Writer::new().u8(INIT);
        let writer = match self {
            Self::Curve25519 => init.string(&value::x25519()),
            Self::Dh { modulus_bytes } => init.mpint(&value::square_below(modulus_bytes)),
            Self::Gex => {
                Writer::new().u8(GEX_REQUEST).u32(sizes.min).u32(sizes.preferred).u32(sizes.max)
            }
            Self::Mlkem768X25519 => init.string(&value::mlkem768_x25519()),
            Self::Nistp256 => init.string(&value::nistp256()),
            Self::Nistp384 => init.string(&value::nistp384()),
            Self::Nistp521 => init.string(&value::nistp521()),
            Self::Sntrup761X25519 => init.string(&value::sntrup761_x25519()),
        };
        writer.finish()
    }

    /// Reads a packet of the server with a number of 30 to 49 and what follows the number.
    pub fn read(self, number: u8, body: &[u8]) -> Result<ServerStep, ReadError> {
        let mut reader = Reader::new(body);
        let step = if self == Self::Gex && number == GEX_GROUP {
            ServerStep::Group(GexGroup {
                modulus: reader.mpint("the modulus of the group")?.to_vec(),
                generator: reader.mpint("the generator of the group")?.to_vec(),
            })
        } else {
            ServerStep::Reply(Reply {
                host_key: reader.string("the host key")?.to_vec(),
                public_value: reader.string("the public value of the server")?.to_vec(),
                signature: reader.string("the signature")?.to_vec(),
            })
        };
        reader.end("the end of the key exchange packet")?;
        Ok(step)
    }
}

impl GexGroup {
    /// The payload that answers the group of an RFC 4419 exchange.
    #[must_use]
    pub fn answer(&self) -> Vec<u8> {
        let value = value::square_below(self.modulus.len());
        Writer::new().u8(GEX_INIT).mpint(&value).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::GexGroup;
    use super::GexSizes;
    use super::Method;
    use super::Reply;
    use super::ServerStep;
    use crate::wire::reader::Found;
    use crate::wire::writer::Writer;

    #[test]
    fn first_payloads_have_the_sizes_of_the_method() {
        let check = |name: &str, expected: Option<usize>| {
            let payload =
                Method::from_name(name).map(|method| method.first_payload(GexSizes::OPENSSH));
            assert_eq!(payload.map(|payload| payload.len()), expected, "{name}");
        };
        check("ext-info-s", None);
        check("kex-strict-s-v00@openssh.com", None);
        check("curve448-sha512", None);
        check("curve25519-sha256", Some(5 + 32));
        check("ecdh-sha2-nistp256", Some(5 + 65));
        check("ecdh-sha2-nistp384", Some(5 + 97));
        check("ecdh-sha2-nistp521", Some(5 + 133));
        check("sntrup761x25519-sha512@openssh.com", Some(5 + 1158 + 32));
        check("mlkem768x25519-sha256", Some(5 + 1184 + 32));
        check("diffie-hellman-group-exchange-sha256", Some(13));
        check("diffie-hellman-group14-sha256", Some(5 + 1 + 254));
    }

    #[test]
    fn a_reply_is_read_and_hostile_ones_are_refused() {
        let body = Writer::new().string(b"key").string(b"value").string(b"signature").finish();
        let reply = Reply {
            host_key: b"key".to_vec(),
            public_value: b"value".to_vec(),
            signature: b"signature".to_vec(),
        };
        assert_eq!(Method::Curve25519.read(31, &body), Ok(ServerStep::Reply(reply)));
        let error = Method::Curve25519.read(31, body.get(..20).unwrap_or_default()).unwrap_err();
        let found = Found::TooShort { needed: 9, left: 0 };
        assert_eq!((error.offset, error.expected, error.found), (16, "the signature", found));
    }

    #[test]
    fn a_group_is_read_and_answered_below_its_modulus() {
        let body = Writer::new().mpint(&[0x1f, 1, 2, 3, 4]).mpint(&[2]).finish();
        let group = GexGroup { modulus: vec![0x1f, 1, 2, 3, 4], generator: vec![2] };
        assert_eq!(group.bits(), 37);
        assert_eq!(Method::Gex.read(31, &body), Ok(ServerStep::Group(group.clone())));
        assert_eq!(group.answer(), b"\x20\0\0\0\x05\0\xff\xfe\0\x01");
    }

    proptest! {
        #[test]
        fn no_input_panics(number: u8, body: Vec<u8>) {
            for method in [Method::Gex, Method::Curve25519] {
                if let Ok(ServerStep::Group(group)) = method.read(number, &body) {
                    let _ = (group.bits(), group.answer());
                }
            }
        }
    }
}
