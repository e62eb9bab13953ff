//! Host keys and host certificates as blobs: RFC 4253 section 6.6, RFC 5656, RFC 8709, and OpenSSH's PROTOCOL.certkeys and
//! PROTOCOL.u2f.
//!
//! Must never verify a signature, and does not know the time: whether a certificate is valid now is for those who do.

use base64ct::Base64Unpadded;
use base64ct::Encoding;
use sha2::Digest;
use sha2::Sha256;

use crate::wire::reader::Found;
use crate::wire::reader::ReadError;
use crate::wire::reader::Reader;
use crate::wire::writer::Writer;

const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// A public key of a host, well-formed in its outer shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// The blob as the peer or a file gave it.
    pub blob: Vec<u8>,
    /// The name in the blob, e.g. `ssh-ed25519` or `ssh-rsa-cert-v01@openssh.com`.
    pub name: String,
    /// The blob of the key alone: the same as `blob` unless that is a certificate.
    pub plain: Vec<u8>,
    /// Size of the modulus in bits, for RSA.
    pub rsa_bits: Option<usize>,
    /// What a certificate says.
    pub certificate: Option<Certificate>,
}

/// A certificate of OpenSSH (PROTOCOL.certkeys).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Number that the authority gave it.
    pub serial: u64,
    /// 1 for a user, 2 for a host.
    pub kind: u32,
    /// Name that the authority gave it.
    pub key_id: String,
    /// The names that it holds for; empty for all.
    pub principals: Vec<String>,
    /// First second of validity, since 1970.
    pub valid_after: u64,
    /// First second after validity; `u64::MAX` for ever.
    pub valid_before: u64,
    /// The key of the authority, as a blob.
    pub authority: Vec<u8>,
}

/// The parts of a plain key after its name, in the order of the blob.
enum Part {
    Number,
    /// A string of so many bytes.
    Fixed(usize),
    /// The name of the curve that the key's name ends with.
    Curve,
    /// Any string.
    Text,
}

fn parts(plain_name: &str) -> Option<&'static [Part]> {
    Some(match plain_name {
        "ssh-rsa" => &[Part::Number, Part::Number],
        "ssh-dss" => &[Part::Number, Part::Number, Part::Number, Part::Number],
        "ssh-ed25519" => &[Part::Fixed(32)],
        "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => {
            &[Part::Curve, Part::Text]
        }
        "sk-ssh-ed25519@openssh.com" => &[Part::Fixed(32), Part::Text],
        "sk-ecdsa-sha2-nistp256@openssh.com" => &[Part::Curve, Part::Text, Part::Text],
        _ => return None,
    })
}

/// The name of the plain key that a certificate of that name holds.
fn plain_name(name: &str) -> Option<String> {
    let stem = name.strip_suffix(CERTIFICATE)?;
    let suffix = if stem.starts_with("sk-") { "@openssh.com" } else { "" };
    Some(format!("{stem}{suffix}"))
}

impl HostKey {
    /// Reads a blob. A name that OpenSSH does not know is refused, as it refuses it.
    pub fn parse(blob: &[u8]) -> Result<Self, ReadError> {
        let mut reader = Reader::new(blob);
        let name = reader.text("the name of the key")?;
        let plain_name = plain_name(&name);
        let is_certificate = plain_name.is_some();
        let plain_name = plain_name.unwrap_or_else(|| name.clone());
        let unknown =
            ReadError { offset: 0, expected: "the name of a known key", found: Found::BadForm };
        let parts = parts(&plain_name).ok_or(unknown)?;
        if is_certificate {
            reader.string("the nonce of the certificate")?;
        }
        let start = reader.rest();
        let rsa_bits = read_parts(&mut reader, &plain_name, parts)?;
        let used = start.len().saturating_sub(reader.rest().len());
        let body = start.get(..used).unwrap_or_default();
        let plain = Writer::new().string(plain_name.as_bytes()).bytes(body).finish();
        let certificate = if is_certificate { Some(Certificate::read(&mut reader)?) } else { None };
        reader.end("the end of the key")?;
        Ok(Self { blob: blob.to_vec(), name, plain, rsa_bits, certificate })
    }

    /// The fingerprint that `ssh` shows: SHA-256 of the plain key in base64 without padding.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.plain)
    }

    /// The word that `ssh` uses for the type, e.g. `ED25519` in `Offending ED25519 key in …`.
    #[must_use]
    pub fn type_word(&self) -> &'static str {
        match self.name.strip_suffix(CERTIFICATE).unwrap_or(&self.name) {
            "ssh-rsa" => "RSA",
            "ssh-dss" => "DSA",
            "ssh-ed25519" => "ED25519",
            "sk-ssh-ed25519" | "sk-ssh-ed25519@openssh.com" => "ED25519-SK",
            "sk-ecdsa-sha2-nistp256" | "sk-ecdsa-sha2-nistp256@openssh.com" => "ECDSA-SK",
            _ => "ECDSA",
        }
    }
}

/// `SHA256:` and the digest of any blob in base64 without padding, as `ssh-keygen -l` shows it.
#[must_use]
pub fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(blob)))
}

/// Gives the bits of the last number, which is the modulus of RSA.
fn read_parts(
    reader: &mut Reader<'_>,
    name: &str,
    parts: &[Part],
) -> Result<Option<usize>, ReadError> {
    let mut bits = None;
    for part in parts {
        let offset = reader.offset();
        let bad = |expected| Err(ReadError { offset, expected, found: Found::BadForm });
        match part {
            Part::Number => {
                let number = reader.mpint("a number of the key")?;
                let unused = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
                bits = Some((number.len() * 8).saturating_sub(unused));
            }
            Part::Fixed(size) => {
                if reader.string("the bytes of the key")?.len() != *size {
                    return bad("the bytes of the key");
                }
            }
            Part::Curve => {
                let curve = reader.text("the name of the curve")?;
                let stem = name.strip_suffix("@openssh.com").unwrap_or(name);
                if !stem.ends_with(&curve) || curve.is_empty() {
                    return bad("the name of the curve");
                }
            }
            Part::Text => {
                reader.string("a part of the key")?;
            }
        }
    }
    Ok(if name == "ssh-rsa" { bits } else { None })
}

impl Certificate {
    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        let serial = reader.u64("the serial number of the certificate")?;
        let kind = reader.u32("the kind of the certificate")?;
        let key_id = reader.text("the key id of the certificate")?;
        let mut list = reader.nested("the principals of the certificate")?;
        let mut principals = Vec::new();
        while !list.rest().is_empty() {
            principals.push(list.text("a principal of the certificate")?);
        }
        let valid_after = reader.u64("the start of validity")?;
        let valid_before = reader.u64("the end of validity")?;
        for what in ["the critical options", "the extensions", "the reserved field"] {
            reader.string(what)?;
        }
        let authority = reader.string("the key of the authority")?.to_vec();
        reader.string("the signature of the authority")?;
        Ok(Self { serial, kind, key_id, principals, valid_after, valid_before, authority })
    }
}

#[cfg(test)]
mod tests;
