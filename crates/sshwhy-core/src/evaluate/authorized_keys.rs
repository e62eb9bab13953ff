//! Which keys of a file a client may use (`auth_authorise_keyopts` in `auth2-pubkeyfile.c`).

use std::net::IpAddr;

use super::sshd::Listing;
use super::sshd::list_address;
use crate::parse::authorized_keys::Entry;
use crate::parse::authorized_keys::Expiry;
use crate::parse::pattern;
use crate::parse::pattern::Verdict;

/// No time zone is further from UTC than this, in seconds.
const FURTHEST_ZONE: i64 = 14 * 3600;

/// Who wants to use a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// Where it comes from.
    pub address: IpAddr,
    /// The same as sshd names it: the address, or a name when `UseDNS` is on. `None` when that
    /// name is not known.
    pub host: Option<String>,
    /// Seconds since 1970.
    pub now: i64,
}

/// Whether a client may use a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// It may.
    Usable,
    /// It may with a certificate that the key signed.
    Authority,
    /// `from=` excludes it.
    Excluded,
    /// `expiry-time=` has passed.
    Expired,
    /// It depends on the client's name, or on the server's time zone.
    Unknown,
    /// sshd passes over the line.
    Bad,
}

/// The path that a word of `AuthorizedKeysFile` means for an account (`expand_authorized_keys` in
/// `auth.c`); `None` for `none`, and when it has a token that sshd does not know: sshd ends then.
#[must_use]
pub fn expand(word: &str, user: &str, uid: u32, home: &str) -> Option<String> {
    if word.eq_ignore_ascii_case("none") {
        return None;
    }
    let path = tokens(word, user, uid, home)?;
    Some(if path.starts_with('/') { path } else { format!("{home}/{path}") })
}

/// Replaces `%h`, `%u`, `%U` and `%%`; `None` when there is another token.
#[must_use]
pub fn tokens(text: &str, user: &str, uid: u32, home: &str) -> Option<String> {
    let mut path = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => match characters.next()? {
                '%' => path.push('%'),
                'h' => path.push_str(home),
                'u' => path.push_str(user),
                'U' => path.push_str(&uid.to_string()),
                _ => return None,
            },
            other => path.push(other),
        }
    }
    Some(path)
}

/// Judges a line.
#[must_use]
pub fn judge(entry: &Entry, client: &Client) -> Use {
    let (Ok(options), true) = (&entry.options, entry.kind.is_some()) else { return Use::Bad };
    if options.principals && !options.authority {
        return Use::Bad;
    }
    let expired = options.expiry.map_or(Some(false), |expiry| has_passed(expiry, client.now));
    let from = options.from.as_deref().map_or(Some(true), |list| is_from(list, client));
    match (expired, from) {
        (Some(true), _) => Use::Expired,
        (_, Some(false)) => Use::Excluded,
        (None, _) | (_, None) => Use::Unknown,
        _ if options.authority => Use::Authority,
        _ => Use::Usable,
    }
}

fn has_passed(expiry: Expiry, now: i64) -> Option<bool> {
    let slack = if expiry.is_utc { 0 } else { FURTHEST_ZONE };
    if expiry.seconds.saturating_add(slack) < now {
        return Some(true);
    }
    (expiry.seconds.saturating_sub(slack) >= now).then_some(false)
}

/// `match_host_and_ip`.
fn is_from(list: &str, client: &Client) -> Option<bool> {
    let by_address = match list_address(list, client.address) {
        Listing::Negated | Listing::Invalid => return Some(false),
        Listing::Yes => true,
        Listing::No => false,
    };
    let Some(host) = &client.host else {
        // A name can let in, and one after `!` can keep out.
        let has_names = |entry: &str| entry.bytes().any(|b| b.is_ascii_alphabetic() || b == b'*');
        let open = list.split(',').any(|e| has_names(e) && (e.starts_with('!') || !by_address));
        return if open { None } else { Some(by_address) };
    };
    match pattern::matches_list(&list.to_ascii_lowercase(), &host.to_ascii_lowercase()) {
        Verdict::Negated => Some(false),
        Verdict::Match => Some(true),
        Verdict::NoMatch => Some(by_address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::authorized_keys::entries;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    fn check(options: &str, host: Option<&str>, expected: Use) {
        let entry = entries(&format!("{options} {KEY}")).remove(0);
        let client = Client {
            address: "192.0.2.7".parse().unwrap(),
            host: host.map(str::to_owned),
            // 15 January 2026, noon.
            now: 1_768_478_400,
        };
        assert_eq!(judge(&entry, &client), expected, "{options} {host:?}");
    }

    #[test]
    fn paths_of_files() {
        let check = |word: &str, expected: Option<&str>| {
            let found = expand(word, "alice", 1500, "/home/alice");
            assert_eq!(found.as_deref(), expected, "{word}");
        };
        check("None", None);
        check("%x", None);
        check("keys%", None);
        check(".ssh/authorized_keys", Some("/home/alice/.ssh/authorized_keys"));
        check("%h/k", Some("/home/alice/k"));
        check("/etc/ssh/keys/%u.%U%%", Some("/etc/ssh/keys/alice.1500%"));
        check("", Some("/home/alice/"));
    }

    #[test]
    fn keys_that_are_no_use() {
        let ip = Some("192.0.2.7");
        check("nonsense", ip, Use::Bad);
        check("principals=\"alice\"", ip, Use::Bad);
        check("from=\"192.0.2.8\"", ip, Use::Excluded);
        check("from=\"192.0.2.0/24,!192.0.2.7\"", ip, Use::Excluded);
        check("from=\"192.0.2.7/24\"", ip, Use::Excluded);
        check("from=\"*.example.org\"", ip, Use::Excluded);
        check("from=\"\"", ip, Use::Excluded);
        check("expiry-time=\"20260101\"", ip, Use::Expired);
        check("expiry-time=\"20260115115959Z\"", ip, Use::Expired);
        check("cert-authority", ip, Use::Authority);
    }

    #[test]
    fn keys_that_may_be_used() {
        let ip = Some("192.0.2.7");
        check("", ip, Use::Usable);
        check("from=\"192.0.2.0/24\",restrict", ip, Use::Usable);
        check("from=\"192.0.2.*\"", ip, Use::Usable);
        check("from=\"*\"", ip, Use::Usable);
        check("from=\"*.Example.org\"", Some("a.example.ORG"), Use::Usable);
        check("expiry-time=\"20270101\"", ip, Use::Usable);
        check("expiry-time=\"20260115120000Z\"", ip, Use::Usable);
    }

    #[test]
    fn keys_of_which_it_cannot_be_told() {
        check("expiry-time=\"20260115\"", Some("192.0.2.7"), Use::Unknown);
        check("from=\"*.example.org\"", None, Use::Unknown);
        check("from=\"192.0.2.7,!*.example.org\"", None, Use::Unknown);
        check("from=\"192.0.2.7,*.example.org\"", None, Use::Usable);
        check("from=\"192.0.2.8\"", None, Use::Excluded);
    }
}
