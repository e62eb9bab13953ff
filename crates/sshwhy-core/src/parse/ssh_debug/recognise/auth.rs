//! Keys, agents, passwords: what happens between SERVICE_ACCEPT and success.
//!
//! Must never keep a secret: ssh prints none, and what a user typed is not in its output.

use super::between;
use super::names;
use crate::parse::ssh_debug::event::Event;
use crate::parse::ssh_debug::event::Key;
use crate::parse::ssh_debug::event::KeyFileTrouble;
use crate::parse::ssh_debug::event::SystemError;

pub(super) fn debug(word: &str, text: &str) -> Option<Event> {
    match word {
        "Authentications" => text
            .strip_prefix("Authentications that can continue: ")
            .map(|list| Event::MethodsOffered(names(list))),
        "Next" => text
            .strip_prefix("Next authentication method: ")
            .map(|method| Event::NextMethod(method.to_owned())),
        "No" => text.starts_with("No more authentication methods").then_some(Event::NoMoreMethods),
        "Will" => key(text, "Will attempt key: ", Key::Planned),
        "Trying" => key(text, "Trying private key: ", Key::Tried),
        // 6.x and 7.x: `Offering RSA public key: F`; 5.x and 7.9 and later: `Offering public key: F …`.
        "Offering" => {
            let (_, described) =
                text.split_once(" public key: ").or_else(|| text.split_once("public key: "))?;
            Some(Event::Key(Key::Offered(described.to_owned())))
        }
        "Server" => key(text, "Server accepts key: ", Key::Accepted),
        "sign_and_send_pubkey" => match text.strip_prefix("sign_and_send_pubkey: signing using ") {
            Some(described) => Some(Event::Key(Key::Signing(described.to_owned()))),
            None => plain(word, text),
        },
        "send_pubkey_test" => {
            text.contains("no mutual signature").then_some(Event::Key(Key::NoMutualSignature))
        }
        "Skipping" => {
            text.contains(" not in Pubkey").then(|| Event::Key(Key::Skipped(text.to_owned())))
        }
        "Authentication" => {
            let method = between(text.strip_prefix("Authentication succeeded")?, '(', ')');
            Some(Event::Authenticated { host: None, method: method.map(str::to_owned) })
        }
        "get_agent_identities" | "pubkey_prepare" | "ssh_get_authentication_socket" => agent(text),
        "read_passphrase" | "ssh_askpass" => Some(Event::NoPrompt(text.to_owned())),
        "Authenticated" => authenticated(text),
        "no" => {
            let (path, error) = text.strip_prefix("no such identity: ")?.rsplit_once(": ")?;
            file(Some(path), trouble(error))
        }
        "key_load_public" | "key_load_private_type" | "key_load_private" => {
            text.ends_with("invalid format").then(|| file(None, KeyFileTrouble::InvalidFormat))?
        }
        _ => None,
    }
}

pub(super) fn plain(word: &str, text: &str) -> Option<Event> {
    match word {
        "Authenticated" => authenticated(text),
        "Load" => {
            let (path, reason) = text.strip_prefix("Load key \"")?.split_once("\": ")?;
            file(Some(path), trouble(reason))
        }
        // The box around it says `UNPROTECTED PRIVATE KEY FILE`; this line has the name.
        "Permissions" => {
            let path = between(text, '\'', '\'')?;
            text.ends_with("are too open.")
                .then(|| file(Some(path), KeyFileTrouble::BadPermissions))?
        }
        "Warning" => {
            let (path, error) =
                text.strip_prefix("Warning: Identity file ")?.split_once(" not accessible: ")?;
            file(Some(path), trouble(error.trim_end_matches('.')))
        }
        "bad" => text
            .starts_with("bad permissions")
            .then(|| file(None, KeyFileTrouble::BadPermissions))?,
        "Enter" => {
            let path = between(text.strip_prefix("Enter passphrase for key ")?, '\'', '\'')?;
            file(Some(path), KeyFileTrouble::Passphrase)
        }
        "sign_and_send_pubkey" => sign_trouble(text),
        "Agent" | "agent" => Some(Event::AgentTrouble(text.to_owned())).filter(|_| {
            text.starts_with("Agent admitted failure to sign") || text.starts_with("agent key ")
        }),
        "Error" => {
            text.contains("authentication socket").then(|| Event::AgentTrouble(text.to_owned()))
        }
        "Could" => text
            .starts_with("Could not open a connection to your authentication agent")
            .then(|| Event::AgentTrouble(text.to_owned())),
        "ssh_askpass" | "read_passphrase" => Some(Event::NoPrompt(text.to_owned())),
        _ => denied(text),
    }
}

fn key(text: &str, prefix: &str, kind: fn(String) -> Key) -> Option<Event> {
    text.strip_prefix(prefix).map(|described| Event::Key(kind(described.trim_end().to_owned())))
}

fn file(path: Option<&str>, trouble: KeyFileTrouble) -> Option<Event> {
    Some(Event::Key(Key::File { path: path.map(str::to_owned), trouble }))
}

fn trouble(reason: &str) -> KeyFileTrouble {
    match reason {
        "bad permissions" => KeyFileTrouble::BadPermissions,
        "invalid format" | "error in libcrypto" | "unknown or unsupported key type" => {
            KeyFileTrouble::InvalidFormat
        }
        "incorrect passphrase supplied to decrypt private key" => KeyFileTrouble::Passphrase,
        _ => match SystemError::from_text(reason) {
            SystemError::NotFound => KeyFileTrouble::Missing,
            SystemError::Other(other) => KeyFileTrouble::Other(other),
            error => KeyFileTrouble::Unreadable(error),
        },
    }
}

fn sign_trouble(text: &str) -> Option<Event> {
    let reason = text.strip_prefix("sign_and_send_pubkey: ")?;
    if reason.starts_with("no mutual signature") {
        return Some(Event::Key(Key::NoMutualSignature));
    }
    let failed = reason.strip_prefix("signing failed")?;
    Some(Event::Key(Key::SignFailed(failed.trim_start_matches([':', ' ']).to_owned())))
}

fn agent(text: &str) -> Option<Event> {
    let (_, reason) = text.split_once(": ")?;
    let failed = reason.starts_with("ssh_get_authentication_socket")
        || reason.starts_with("ssh_fetch_identitylist")
        || reason.starts_with("ssh_agent_bind_hostkey");
    failed.then(|| Event::AgentTrouble(reason.to_owned()))
}

/// `Authenticated to H ([A]:P) using "M".`, `(via proxy)`, `Authenticated using "M" with partial success.`
fn authenticated(text: &str) -> Option<Event> {
    let rest = text.strip_prefix("Authenticated")?;
    let method = between(text, '"', '"').map(str::to_owned);
    if rest.contains("with partial success") {
        return Some(Event::PartialSuccess(method));
    }
    let named = rest.strip_prefix(" to ")?.split(' ').next()?.trim_end_matches('.');
    Some(Event::Authenticated { host: Some(named.to_owned()), method })
}

/// `U@H: Permission denied (LIST).`, without `U@H: ` until 7.4; `Permission denied, please try again.`
fn denied(text: &str) -> Option<Event> {
    let (who, rest) = match text.strip_prefix("Permission denied") {
        Some(rest) => (None, rest),
        None => {
            let (who, rest) = text.split_once(": Permission denied")?;
            if who.contains(' ') {
                return None;
            }
            (who.rsplit_once('@').map(|(user, _)| user.to_owned()), rest)
        }
    };
    if rest.starts_with(", please try again") {
        return Some(Event::PermissionDenied { user: who, methods: Vec::new() });
    }
    let list = between(rest.trim_start(), '(', ')').filter(|_| rest.starts_with(" ("))?;
    Some(Event::PermissionDenied { user: who, methods: names(list) })
}
