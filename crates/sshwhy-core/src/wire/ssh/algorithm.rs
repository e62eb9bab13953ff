//! What is known of algorithms: which one is stronger, and which releases of OpenSSH's client can do it.
//!
//! Must never list a pseudo algorithm (`ext-info-c`, `kex-strict-…`): those announce extensions and are never agreed on.

mod table;

pub use table::FACTS;

/// A release of OpenSSH, e.g. 9.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(pub u32, pub u32);

/// What an algorithm is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Key exchange.
    Kex,
    /// Host keys and their signatures.
    HostKey,
    /// Encryption.
    Cipher,
    /// Message authentication.
    Mac,
    /// Compression.
    Compression,
}

impl Purpose {
    /// The keyword of `ssh_config(5)` and `sshd_config(5)` that lists such algorithms.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Kex => "KexAlgorithms",
            Self::HostKey => "HostKeyAlgorithms",
            Self::Cipher => "Ciphers",
            Self::Mac => "MACs",
            Self::Compression => "Compression",
        }
    }
}

/// One algorithm. The releases are those of OpenSSH's portable client, built as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The name on the wire.
    pub name: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// The first release that can do it; `None` for older than 6.0.
    pub since: Option<Release>,
    /// The first release that no longer offers it unless told to; `None` when the newest does, or none ever did.
    pub not_offered_since: Option<Release>,
    /// The first release that can't do it at all.
    pub gone_since: Option<Release>,
}

impl Fact {
    /// The client of a release can do it. An unknown release is taken for the newest.
    #[must_use]
    pub fn client_can(&self, release: Option<Release>) -> bool {
        match release {
            Some(release) => {
                self.since.is_none_or(|since| since <= release)
                    && self.gone_since.is_none_or(|gone| release < gone)
            }
            None => self.gone_since.is_none(),
        }
    }
}

/// What is known of a name.
#[must_use]
pub fn find(purpose: Purpose, name: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.purpose == purpose && fact.name == name)
}

/// The strongest of some names among the algorithms that `can` lets pass.
#[must_use]
pub fn strongest(
    purpose: Purpose,
    names: &[String],
    can: impl Fn(&Fact) -> bool,
) -> Option<&'static Fact> {
    let named = |fact: &Fact| names.iter().any(|name| name == fact.name);
    FACTS.iter().find(|fact| fact.purpose == purpose && named(fact) && can(fact))
}

/// The name announces an extension and is not an algorithm (RFC 8308; OpenSSH's PROTOCOL section 1.10).
#[must_use]
pub fn is_pseudo(name: &str) -> bool {
    matches!(name, "ext-info-c" | "ext-info-s") || name.starts_with("kex-strict-")
}

/// The cipher authenticates too, so that no MAC is agreed on.
#[must_use]
pub fn is_aead(cipher: &str) -> bool {
    matches!(
        cipher,
        "chacha20-poly1305@openssh.com" | "aes128-gcm@openssh.com" | "aes256-gcm@openssh.com"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FACTS;
    use super::Purpose;
    use super::Release;
    use super::find;
    use super::is_aead;
    use super::is_pseudo;
    use super::strongest;

    #[test]
    fn the_table_is_sound() {
        let mut seen = BTreeSet::new();
        for fact in FACTS {
            assert!(seen.insert((fact.purpose, fact.name)), "{} is there twice", fact.name);
            assert!(!is_pseudo(fact.name), "{}", fact.name);
            let times = [fact.since, fact.not_offered_since, fact.gone_since];
            let times: Vec<Release> = times.into_iter().flatten().collect();
            assert!(times.is_sorted(), "{}: {times:?}", fact.name);
        }
        let gcm = find(Purpose::Cipher, "aes256-gcm@openssh.com").map(|fact| fact.name);
        assert!(gcm.is_some_and(is_aead));
    }

    #[test]
    fn what_a_client_can_do_depends_on_its_release() {
        let check = |purpose, names: &[&str], release, expected: Option<&str>| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let found = strongest(purpose, &names, |fact| fact.client_can(release));
            let found = found.map(|fact| fact.name);
            assert_eq!(found, expected, "{names:?} {release:?}");
        };
        let groups = ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"];
        check(Purpose::Kex, &["no-such"], None, None);
        check(Purpose::Kex, &groups, None, Some("diffie-hellman-group14-sha1"));
        check(Purpose::Kex, &["mlkem768x25519-sha256"], Some(Release(9, 2)), None);
        check(Purpose::HostKey, &["ssh-dss"], None, None);
        check(Purpose::HostKey, &["ssh-dss"], Some(Release(9, 7)), Some("ssh-dss"));
        check(Purpose::HostKey, &["ssh-dss", "ssh-rsa"], Some(Release(9, 7)), Some("ssh-rsa"));
        check(Purpose::Cipher, &["arcfour", "3des-cbc"], None, Some("3des-cbc"));
    }
}
