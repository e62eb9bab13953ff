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
#[must_use]
pub fn look_up(files: &[HostFile], name: &Name, key: &HostKey) -> KnownHost {
    let found = under(files, &name.in_files(), key);
    if !matches!(found, KnownHost::Unknown { .. }) {
        return found;
    }
    let without_port = name.without_port().map(|name| under(files, &name, key));
    match without_port {
        Some(KnownHost::Match { at, .. }) => KnownHost::Match { at, without_port: true },
        // Anything but a match under the plain name leaves the key unknown.
        Some(KnownHost::CertificateAuthority { at }) => KnownHost::CertificateAuthority { at },
        _ => found,
    }
}

fn under(files: &[HostFile], name: &str, key: &HostKey) -> KnownHost {
    let lines: Vec<(&str, &Entry)> =
        entries(files).filter(|(_, entry)| entry.names.matches(name)).collect();
    let marked =
        |wanted: Marker| lines.iter().filter(move |(_, entry)| entry.marker == wanted).copied();
    let authority = key.certificate.as_ref().map(|certificate| certificate.authority.as_slice());
    let revoked = marked(Marker::Revoked)
        .find(|(_, line)| line.key.plain == key.plain || authority == Some(&line.key.plain));
    if let Some(line) = revoked {
        return KnownHost::Revoked { at: place(line) };
    }
    let signed = marked(Marker::CertAuthority).find(|(_, line)| authority == Some(&line.key.plain));
    if let Some(line) = signed {
        return KnownHost::CertificateAuthority { at: place(line) };
    }
    // Without a known authority a certificate counts as the key in it.
    if let Some(line) = marked(Marker::None).find(|(_, line)| line.key.blob == key.plain) {
        return KnownHost::Match { at: place(line), without_port: false };
    }
    let known: Vec<Place> = marked(Marker::None).map(place).collect();
    let Some(offending) = known.last().cloned() else {
        let same = entries(files)
            .filter(|(_, entry)| entry.marker == Marker::None && entry.key.plain == key.plain);
        return KnownHost::Unknown { same_key: same.take(PLACES_MAX).map(place).collect() };
    };
    if marked(Marker::None).any(|(_, line)| line.key.type_word() == key.type_word()) {
        KnownHost::Changed { offending, known }
    } else {
        KnownHost::OtherTypeKnown { offending, known }
    }
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
