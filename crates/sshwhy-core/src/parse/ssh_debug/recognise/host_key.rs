//! The server's key and the known hosts files.
//!
//! Must never decide whether a key is the right one.

use crate::parse::ssh_debug::event::Event;
use crate::parse::ssh_debug::event::HostKey;

pub(super) fn debug(word: &str, text: &str) -> Option<Event> {
    match word {
        "Server" => server_key(text),
        "Host" if text.contains("is known and matches the ") => {
            Some(Event::HostKey(HostKey::Known))
        }
        "Found" => {
            let place = text.strip_prefix("Found ")?.split_once(" in ").map(|(_, place)| place)?;
            Some(Event::HostKey(HostKey::Found(place.to_owned())))
        }
        "found" => text
            .starts_with("found matching key w/out port")
            .then(|| Event::HostKey(HostKey::Found(String::new()))),
        _ => None,
    }
}

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    let key =
        match word {
            "@" => boxed(text)?,
            "Offending" | "Matching" => return offending(word, text),
            "Host" if text.starts_with("Host key verification failed") => {
                HostKey::VerificationFailed
            }
            "No" if text.contains(" host key is known for ") => HostKey::Unknown,
            "Warning" => warning(text)?,
            "The" if text.starts_with("The authenticity of host ") => HostKey::Asked,
            "The" if text.contains("is marked as revoked") => HostKey::Revoked,
            // Below the box about names and addresses.
            "The" | "Host" if text.contains("host key for ") && text.contains(" has changed") => {
                HostKey::Changed
            }
            "Failed" => {
                let (_, file) = text
                    .strip_prefix("Failed to add the host to the list of known hosts")?
                    .split_once('(')?;
                HostKey::NotRecorded(file.trim_end_matches(['.', ')']).to_owned())
            }
            "Certificate" | "error" => {
                let (_, reason) = text.split_once("Certificate invalid: ")?;
                HostKey::CertificateInvalid(reason.to_owned())
            }
            "Bad" => HostKey::Bad(text.strip_prefix("Bad server host key: ")?.to_owned()),
            _ if text.ends_with("have requested strict checking.") => {
                if text.contains("was revoked") { HostKey::Revoked } else { HostKey::Changed }
            }
            _ => return None,
        };
    Some(Event::HostKey(key))
}

/// `Server host key: ssh-ed25519 SHA256:…`; until 5.5 it is not printed; 5.6 to 6.7 print MD5.
fn server_key(text: &str) -> Option<Event> {
    let (certificate, rest) = match text.strip_prefix("Server host certificate: ") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("Server host key: ")?),
    };
    let mut words = rest.split(' ');
    let algorithm = words.next()?.to_owned();
    let fingerprint = words.next().unwrap_or_default().trim_end_matches(',').to_owned();
    Some(Event::ServerHostKey { algorithm, fingerprint, certificate })
}

fn boxed(text: &str) -> Option<HostKey> {
    let words = text.trim_matches(['@', ' ']);
    Some(match words {
        "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!" => HostKey::Changed,
        "WARNING: REVOKED HOST KEY DETECTED!" => HostKey::Revoked,
        "WARNING: POSSIBLE DNS SPOOFING DETECTED!" => HostKey::AddressDiffers,
        _ => return None,
    })
}

/// `Offending K key in F:N`, `Offending key for IP in F:N`. `Matching host key in` says which line is right.
fn offending(word: &str, text: &str) -> Option<Event> {
    let (_, place) = text.split_once(" in ")?;
    let (file, line) = place.rsplit_once(':')?;
    let (file, line) = (file.to_owned(), line.parse().ok()?);
    let key = match word {
        "Offending" => HostKey::Offending { file, line },
        _ => HostKey::Found(place.to_owned()),
    };
    Some(Event::HostKey(key))
}

fn warning(text: &str) -> Option<HostKey> {
    if text.starts_with("Warning: Permanently added ") {
        return Some(HostKey::Added);
    }
    text.contains("differs from the key for the IP address").then_some(HostKey::AddressDiffers)
}
