//! Whether a file holds a private key that ssh can read, by its outer form: `sshkey_parse_private_fileblob` in OpenSSH's
//! `sshkey.c`, PROTOCOL.key, RFC 7468.
//!
//! Must never return, keep or print a part of the key: only its form.

use base64ct::Base64;
use base64ct::Encoding;

use crate::wire::reader::ReadError;
use crate::wire::reader::Reader;

/// More is read of no key file, in bytes; OpenSSH itself stops at 1 MiB.
pub const MAX_KEY_FILE_BYTES: usize = 1 << 20;

const OPENSSH_BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const OPENSSH_END: &str = "-----END OPENSSH PRIVATE KEY-----";
const OPENSSH_MAGIC: &[u8] = b"openssh-key-v1\0";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// A private key.
    Sound {
        /// It needs a passphrase.
        encrypted: bool,
    },
    /// A public key: only useful with an agent that holds the private one.
    Public,
    /// No key that ssh reads.
    Malformed(Flaw),
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The text between header and footer is not what it should be.
    BadBody,
    /// Lines of OpenSSH's own format end in CR LF, which OpenSSH does not read.
    CarriageReturns,
    /// The file is empty.
    Empty,
    /// Something stands before the header of OpenSSH's own format.
    LeadingText,
    /// The footer, or in OpenSSH's own format the line end after it, is missing.
    NoFooter,
    /// It has the header of no key.
    NotAKey,
    /// A key of PuTTY, which OpenSSH does not read.
    Putty,
    /// The key is shorter than it says itself.
    Truncated,
}

impl Flaw {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::BadBody => "what stands between its first and last line is no key",
            Self::CarriageReturns => "its lines end in CR LF",
            Self::Empty => "it is empty",
            Self::LeadingText => "something stands before its first line",
            Self::NoFooter => "its last line is missing or has no line end",
            Self::NotAKey => "it holds no private key",
            Self::Putty => "it is a key of PuTTY; `puttygen -O private-openssh` converts it",
            Self::Truncated => "it is cut off",
        }
    }
}

impl KeyFile {
    /// Looks at the bytes of a file.
    #[must_use]
    pub fn look_at(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes.get(..MAX_KEY_FILE_BYTES).unwrap_or(bytes));
        let trimmed = text.trim_start();
        if trimmed.is_empty() {
            return Self::Malformed(Flaw::Empty);
        }
        if is_public(trimmed) {
            return Self::Public;
        }
        if trimmed.starts_with("PuTTY-User-Key-File-") {
            return Self::Malformed(Flaw::Putty);
        }
        let form = if text.contains(OPENSSH_BEGIN) { openssh(&text) } else { pem(&text) };
        match form {
            Ok(encrypted) => Self::Sound { encrypted },
            Err(flaw) => Self::Malformed(flaw),
        }
    }
}

fn is_public(text: &str) -> bool {
    const BEGINNINGS: [&str; 6] = [
        "ssh-",
        "ecdsa-sha2-",
        "sk-ssh-",
        "sk-ecdsa-",
        "---- BEGIN SSH2 PUBLIC KEY",
        "-----BEGIN PUBLIC KEY-----",
    ];
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

/// OpenSSH compares header and footer with their line ends, to the byte.
fn openssh(text: &str) -> Result<bool, Flaw> {
    let rest = text.strip_prefix(OPENSSH_BEGIN).ok_or(Flaw::LeadingText)?;
    let rest = match rest.strip_prefix('\n') {
        Some(rest) => rest,
        None if rest.starts_with("\r\n") => return Err(Flaw::CarriageReturns),
        None => return Err(Flaw::BadBody),
    };
    let (body, after) = rest.split_once(OPENSSH_END).ok_or(Flaw::NoFooter)?;
    if !after.starts_with('\n') {
        return Err(if after.starts_with('\r') { Flaw::CarriageReturns } else { Flaw::NoFooter });
    }
    let blob = decode(body).ok_or(Flaw::BadBody)?;
    let fields = blob.strip_prefix(OPENSSH_MAGIC).ok_or(Flaw::BadBody)?;
    openssh_fields(fields).map_err(|_| Flaw::Truncated)
}

/// Walks over the fields of PROTOCOL.key; whether a cipher protects the last.
fn openssh_fields(fields: &[u8]) -> Result<bool, ReadError> {
    let mut reader = Reader::new(fields);
    let encrypted = reader.string("the cipher")? != b"none";
    reader.string("the derivation")?;
    reader.string("its options")?;
    reader.u32("the number of keys")?;
    reader.string("the public key")?;
    reader.string("the private key")?;
    Ok(encrypted)
}

/// The other forms go through OpenSSL, which reads over what stands around them.
fn pem(text: &str) -> Result<bool, Flaw> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(Flaw::NotAKey)?;
    let (label, rest) = rest.split_once("-----").ok_or(Flaw::NotAKey)?;
    if !label.ends_with("PRIVATE KEY") {
        return Err(Flaw::NotAKey);
    }
    let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or(Flaw::NoFooter)?;
    // RFC 1421: headers, then an empty line.
    let body = body.replace('\r', "");
    let (headers, body) = body.split_once("\n\n").unwrap_or(("", &body));
    let der = decode(body).ok_or(Flaw::BadBody)?;
    let encrypted = label.starts_with("ENCRYPTED") || headers.contains("ENCRYPTED");
    if encrypted {
        return Ok(true);
    }
    match der_length(&der) {
        Some(length) if length <= der.len() => Ok(false),
        Some(_) => Err(Flaw::Truncated),
        None => Err(Flaw::BadBody),
    }
}

/// How long a DER sequence says that it is, its head included (X.690 section 8.1.3).
fn der_length(der: &[u8]) -> Option<usize> {
    let (head, first) = match der {
        [0x30, first, ..] => (2_usize, *first),
        _ => return None,
    };
    if first < 0x80 {
        return Some(head + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let digits = der.get(head..head + count).filter(|digits| (1..=3).contains(&digits.len()))?;
    let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
    Some(head + count + length)
}

fn decode(body: &str) -> Option<Vec<u8>> {
    let joined: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Base64::decode_vec(&joined).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests;
