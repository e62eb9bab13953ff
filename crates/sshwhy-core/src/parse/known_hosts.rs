//! Files of known host keys: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, read as OpenSSH's `hostfile.c` reads them.
//!
//! Must never drop a bad line without a note: a key that `ssh` can't read is as good as no key.

mod look_up;

use base64ct::Base64;
use base64ct::Encoding;
use hmac::Hmac;
use hmac::Mac;
use sha1::Sha1;

pub use look_up::KnownHost;
pub use look_up::Name;
pub use look_up::Place;
pub use look_up::look_up;

use super::pattern;
use crate::wire::ssh::host_key::HostKey;

/// OpenSSH reads no RSA key with a smaller modulus, in bits (`SSH_RSA_MINIMUM_MODULUS_SIZE`).
const RSA_BITS_MIN: usize = 1024;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFile {
    /// The name that messages use.
    pub name: String,
    /// Its good lines, in order.
    pub entries: Vec<Entry>,
    /// Its bad lines, in order.
    pub bad_lines: Vec<BadLine>,
}

/// A line with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the line, from 1.
    pub line: usize,
    /// What the line says of the key.
    pub marker: Marker,
    /// Whom it is for.
    pub names: Names,
    /// The key.
    pub key: HostKey,
}

/// What a line says of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// It is the key of the host.
    None,
    /// `@cert-authority`: it signs the certificates of the host.
    CertAuthority,
    /// `@revoked`: it must not be accepted.
    Revoked,
}

/// The hosts field of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// Patterns between commas.
    Patterns(String),
    /// HMAC-SHA1 of one name, with the salt as key.
    Hashed {
        /// The salt.
        salt: [u8; 20],
        /// The digest.
        digest: [u8; 20],
    },
}

/// A line that `ssh` reads over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A word after `@` that is no marker, or two of them.
    BadMarker,
    /// A hosts field after `|` that is no salt and hash.
    BadHash,
    /// The key is missing, not base64, of an unknown type, or not of the type that the line names.
    BadKey,
}

impl Problem {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::BadMarker => "the marker is neither @cert-authority nor @revoked",
            Self::BadHash => "the hashed host name is malformed",
            Self::BadKey => "the key cannot be read",
        }
    }
}

impl HostFile {
    /// Reads a file. Lines that are empty or begin with `#` are comments.
    #[must_use]
    pub fn parse(name: &str, text: &str) -> Self {
        let mut file = Self { name: name.to_owned(), entries: Vec::new(), bad_lines: Vec::new() };
        for (index, text) in text.split('\n').enumerate() {
            let line = index + 1;
            let text = text.trim_start_matches([' ', '\t']);
            if text.is_empty() || text == "\r" || text.starts_with('#') {
                continue;
            }
            match entry(line, text) {
                Ok(entry) => file.entries.push(entry),
                Err(problem) => file.bad_lines.push(BadLine { line, problem }),
            }
        }
        file
    }
}

impl Names {
    /// The line is for this name. Patterns are compared without regard to case; a hash is of the name as it is.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match self {
            Self::Patterns(list) => {
                let (list, name) = (list.to_ascii_lowercase(), name.to_ascii_lowercase());
                pattern::matches_list(&list, &name) == pattern::Verdict::Match
            }
            Self::Hashed { salt, digest } => hash(salt, name).as_ref() == Some(digest),
        }
    }
}

/// The line that makes `ssh` accept this very key for the host, without its line end.
#[must_use]
pub fn line_for(name: &Name, key: &HostKey) -> Option<String> {
    let plain = HostKey::parse(&key.plain).ok()?;
    let host = name.in_files();
    // A name with these would say something else in a file.
    let unfit = |c: char| c.is_whitespace() || c.is_control() || "*?!,|@#".contains(c);
    if host.is_empty() || host.contains(unfit) {
        return None;
    }
    Some(format!("{host} {} {}", plain.name, Base64::encode_string(&plain.blob)))
}

/// HMAC-SHA1 takes a key of any length, so that `None` never comes.
fn hash(salt: &[u8], name: &str) -> Option<[u8; 20]> {
    let mut hmac = Hmac::<Sha1>::new_from_slice(salt).ok()?;
    hmac.update(name.as_bytes());
    Some(hmac.finalize().into_bytes().into())
}

fn entry(line: usize, text: &str) -> Result<Entry, Problem> {
    let (marker, text) = marker(text)?;
    let (names, text) = text.split_once([' ', '\t']).ok_or(Problem::BadKey)?;
    let names = parse_names(names)?;
    let text = text.trim_start_matches([' ', '\t']);
    let (key_type, text) = text.split_once([' ', '\t']).ok_or(Problem::BadKey)?;
    let text = text.trim_start_matches([' ', '\t']);
    let base64 = text.split([' ', '\t']).next().unwrap_or_default();
    let key = parse_key(key_type, base64).ok_or(Problem::BadKey)?;
    Ok(Entry { line, marker, names, key })
}

fn marker(text: &str) -> Result<(Marker, &str), Problem> {
    if !text.starts_with('@') {
        return Ok((Marker::None, text));
    }
    // OpenSSH ends the marker at the first space, and looks for a tab only in lines without spaces.
    let end = text.find(' ').or_else(|| text.find('\t')).ok_or(Problem::BadMarker)?;
    let (word, rest) = text.split_at_checked(end).ok_or(Problem::BadMarker)?;
    let marker = match word {
        "@cert-authority" => Marker::CertAuthority,
        "@revoked" => Marker::Revoked,
        _ => return Err(Problem::BadMarker),
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    if rest.starts_with('@') { Err(Problem::BadMarker) } else { Ok((marker, rest)) }
}

fn parse_names(field: &str) -> Result<Names, Problem> {
    if !field.starts_with('|') {
        return Ok(Names::Patterns(field.to_owned()));
    }
    let (salt, digest) = field
        .strip_prefix("|1|")
        .and_then(|field| field.split_once('|'))
        .ok_or(Problem::BadHash)?;
    let decode = |text: &str| -> Result<[u8; 20], Problem> {
        let mut bytes = [0; 20];
        match Base64::decode(text, &mut bytes) {
            Ok(decoded) if decoded.len() == 20 => Ok(bytes),
            _ => Err(Problem::BadHash),
        }
    };
    Ok(Names::Hashed { salt: decode(salt)?, digest: decode(digest)? })
}

fn parse_key(key_type: &str, base64: &str) -> Option<HostKey> {
    // A file from Windows ends its lines with CR, which OpenSSH's decoder reads over.
    let blob = Base64::decode_vec(base64.trim_end_matches('\r')).ok()?;
    let key = HostKey::parse(&blob).ok()?;
    if key.rsa_bits.is_some_and(|bits| bits < RSA_BITS_MIN) {
        return None;
    }
    // The names of RSA signatures are taken for the name of the key.
    let rsa = matches!(key_type, "rsa-sha2-256" | "rsa-sha2-512") && key.name == "ssh-rsa";
    (key.name == key_type || rsa).then_some(key)
}

#[cfg(test)]
mod tests;
