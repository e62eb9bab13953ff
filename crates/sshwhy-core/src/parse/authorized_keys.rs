//! Files of authorized keys: sshd(8), AUTHORIZED_KEYS FILE FORMAT; `auth2-pubkeyfile.c`,
//! `auth-options.c`.

mod options;

use base64ct::Base64;
use base64ct::Encoding;

use crate::wire::ssh::host_key::HostKey;

pub use self::options::Expiry;
pub use self::options::Options;

/// A line that sshd looks at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// What stands before the key; or why sshd passes over the line because of it.
    pub options: Result<Options, &'static str>,
    /// The type, e.g. `ssh-ed25519`; `None` when no key is there that sshd can read.
    pub kind: Option<String>,
    /// The fingerprint, as `ssh-keygen -l` prints it.
    pub fingerprint: Option<String>,
}

/// Reads a file. Empty lines and comments are left out.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(index, line)| entry(index + 1, line)).collect()
}

fn entry(number: usize, line: &str) -> Option<Entry> {
    let line = line.trim_start_matches([' ', '\t']);
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let whole = |options, key: Option<HostKey>| Entry {
        line: number,
        options,
        kind: key.as_ref().map(|key| key.name.clone()),
        fingerprint: key.as_ref().map(HostKey::fingerprint),
    };
    if let Some(key) = key(line) {
        return Some(whole(Ok(Options::default()), Some(key)));
    }
    let Some((options, rest)) = options::split(line) else {
        return Some(whole(Err("a quotation mark is not closed"), None));
    };
    Some(whole(Options::parse(options), key(rest)))
}

/// `TYPE BASE64 [COMMENT]`; the type has to be that of the key.
fn key(text: &str) -> Option<HostKey> {
    let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
    let (name, blob) = (words.next()?, words.next()?);
    let blob = Base64::decode_vec(blob).ok()?;
    HostKey::parse(&blob).ok().filter(|key| key.name == name)
}

#[cfg(test)]
mod tests;
