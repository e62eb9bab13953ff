//! What the known keys say of a key that a server shows: `check_host_key` of OpenSSH's `sshconnect.c`.
//!
//! Must never say `Match` where `ssh` would not: a false one hides an attack.

use super::Entry;
use super::HostFile;
use super::Marker;
use crate::wire::ssh::host_key::HostKey;

/// So many other places of the same key are named at most.
const PLACES_MAX: usize = 16;

/// Under which name a host is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `HostName`, after canonicalisation.
    pub host: String,
    /// The port.
    pub port: u16,
    /// `HostKeyAlias`, which takes the place of both.
    pub alias: Option<String>,
}

impl Name {
    /// The name as the files hold it: the alias, `host`, or `[host]:port` when the port is not 22.
    #[must_use]
    pub fn in_files(&self) -> String {
        match (&self.alias, self.port) {
            (Some(alias), _) => alias.clone(),
            (None, 22) => self.host.to_ascii_lowercase(),
            (None, port) => format!("[{}]:{port}", self.host.to_ascii_lowercase()),
        }
    }

    /// The name that `ssh` tries when it finds nothing under that of a port.
    fn without_port(&self) -> Option<String> {
        (self.alias.is_none() && self.port != 22).then(|| self.host.to_ascii_lowercase())
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Number of the line, from 1.
    pub line: usize,
    /// Name of the type of the key there, e.g. `ssh-ed25519`.
    pub key_type: String,
    /// Fingerprint of the key there.
    pub fingerprint: String,
}

/// What the files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownHost {
    /// The key is known.
    Match {
        /// The first line that holds it.
        at: Place,
        /// It is known for the host without the port only, which `ssh` accepts.
        without_port: bool,
    },
    /// The certificate is signed by an authority that is known for the host.
    CertificateAuthority {
        /// The line of the authority.
        at: Place,
    },
    /// The key, or the authority that signed it, is marked as revoked.
    Revoked {
        /// The line that revokes it.
        at: Place,
    },
    /// Another key of the same type is known: `REMOTE HOST IDENTIFICATION HAS CHANGED`.
    Changed {
        /// The line that `ssh` calls offending: the last one that is for the host.
        offending: Place,
        /// All lines for the host.
        known: Vec<Place>,
    },
    /// Keys are known, but none of this type. `ssh` says that the identification has changed here too.
    OtherTypeKnown {
        /// The line that `ssh` calls offending.
        offending: Place,
        /// All lines for the host.
        known: Vec<Place>,
    },
    /// No key is known under this name.
    Unknown {
        /// Where the very same key is known under other names, at most 16 lines.
        same_key: Vec<Place>,
    },
}

/// Looks a key up in the files, the user's before the system's, as `ssh` does.
///
/// A certificate is first looked up as such, and where no authority of it is known as the key in it.
#[must_use]
pub fn look_up(files: &[HostFile], name: &Name, key: &HostKey) -> KnownHost {
    let lines = Lines::of(files, &name.in_files());
    if let Some(found) = of_certificate(&lines, key) {
        return found;
    }
    let elsewhere = name.without_port().and_then(|name| {
        let lines = Lines::of(files, &name);
        of_certificate(&lines, key).or_else(|| of_plain_key(&lines, key, true))
    });
    let accepted = |found: &KnownHost| {
        matches!(found, KnownHost::CertificateAuthority { .. } | KnownHost::Match { .. })
    };
    // `ssh` tries a certificate and its key without the port before it tries the key with the port.
    let first = key.certificate.is_some() && elsewhere.as_ref().is_some_and(accepted);
    if !first && let Some(found) = of_plain_key(&lines, key, false) {
        return found;
    }
    match elsewhere {
        // `ssh` takes no other answer than a match from the plain name, but warns of a revoked key there.
        Some(found) if accepted(&found) || matches!(found, KnownHost::Revoked { .. }) => found,
        _ => unknown(files, key),
    }
}

fn unknown(files: &[HostFile], key: &HostKey) -> KnownHost {
    let same = entries(files)
        .filter(|(_, entry)| entry.marker == Marker::None && entry.key.plain == key.plain);
    KnownHost::Unknown { same_key: same.take(PLACES_MAX).map(place).collect() }
}

/// The lines for one name.
struct Lines<'a>(Vec<(&'a str, &'a Entry)>);

impl<'a> Lines<'a> {
    fn of(files: &'a [HostFile], name: &str) -> Self {
        Self(entries(files).filter(|(_, entry)| entry.names.matches(name)).collect())
    }

    fn marked(&self, wanted: Marker) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        self.0.iter().filter(move |(_, entry)| entry.marker == wanted).copied()
    }

    fn revokes(&self, blob: &[u8]) -> Option<KnownHost> {
        let line = self.marked(Marker::Revoked).find(|(_, line)| line.key.plain == blob)?;
        Some(KnownHost::Revoked { at: place(line) })
    }
}

/// `None` for a plain key, and when no authority that signed the certificate is known.
fn of_certificate(lines: &Lines<'_>, key: &HostKey) -> Option<KnownHost> {
    let authority = key.certificate.as_ref()?.authority.as_slice();
    let signed = || {
        let line =
            lines.marked(Marker::CertAuthority).find(|(_, line)| line.key.plain == authority)?;
        Some(KnownHost::CertificateAuthority { at: place(line) })
    };
    lines.revokes(&key.plain).or_else(|| lines.revokes(authority)).or_else(signed)
}

/// `None` when no key is known.
fn of_plain_key(lines: &Lines<'_>, key: &HostKey, without_port: bool) -> Option<KnownHost> {
    if let Some(revoked) = lines.revokes(&key.plain) {
        return Some(revoked);
    }
    if let Some(line) = lines.marked(Marker::None).find(|(_, line)| line.key.blob == key.plain) {
        return Some(KnownHost::Match { at: place(line), without_port });
    }
    let known: Vec<Place> = lines.marked(Marker::None).map(place).collect();
    let offending = known.last()?.clone();
    let same_type = |(_, line): (&str, &Entry)| line.key.type_word() == key.type_word();
    Some(if lines.marked(Marker::None).any(same_type) {
        KnownHost::Changed { offending, known }
    } else {
        KnownHost::OtherTypeKnown { offending, known }
    })
}

fn entries(files: &[HostFile]) -> impl Iterator<Item = (&str, &Entry)> {
    files.iter().flat_map(|file| file.entries.iter().map(|entry| (file.name.as_str(), entry)))
}

fn place((file, entry): (&str, &Entry)) -> Place {
    Place {
        file: file.to_owned(),
        line: entry.line,
        key_type: entry.key.name.clone(),
        fingerprint: entry.key.fingerprint(),
    }
}
