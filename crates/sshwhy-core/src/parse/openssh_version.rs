//! The version of OpenSSH, from `sshd -V`, `ssh -V`, or an identification string.

use std::cmp::Ordering;
use std::fmt;

/// A release of OpenSSH. Compares by its two numbers: a portable release (`p1`) has the same behaviour as another of the same
/// numbers, as far as we know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Version {
    /// The number before the dot.
    pub major: u16,
    /// The number after the dot.
    pub minor: u16,
    /// The number of the portable release; `None` when the text does not say (Debian's `sshd -V`).
    pub portable: Option<u16>,
}

impl Version {
    /// The newest release whose behaviour is known here.
    pub const NEWEST: Self = Self::new(10, 3);

    /// A release by its two numbers.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor, portable: None }
    }

    /// The first `OpenSSH_X.YpZ` in a text. Windows writes `OpenSSH_for_Windows_X.YpZ`.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        text.match_indices("OpenSSH_").find_map(|(at, mark)| {
            let rest = &text[at + mark.len()..];
            Self::parse(rest.strip_prefix("for_Windows_").unwrap_or(rest))
        })
    }

    /// Whether this release, or a later one.
    #[must_use]
    pub fn at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// `9.2p1` and what follows it.
    fn parse(text: &str) -> Option<Self> {
        let (major, rest) = number(text)?;
        let (minor, rest) = number(rest.strip_prefix('.')?)?;
        let portable = rest.strip_prefix('p').and_then(number).map(|(number, _)| number);
        Some(Self { major, minor, portable })
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some((self.major, self.minor).cmp(&(other.major, other.minor)))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.portable.map_or(Ok(()), |portable| write!(f, "p{portable}"))
    }
}

fn number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Version;

    #[test]
    fn texts_that_name_a_version() {
        let check = |text: &str, expected: Option<&str>| {
            let found = Version::find(text).map(|version| version.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("", None);
        check("OpenSSH_", None);
        check("OpenSSH_9", None);
        check("OpenSSH_9.", None);
        check("OpenSSH_99999.1", None);
        check("SSH-2.0-dropbear_2022.83", None);
        check("OpenSSH_9.2, OpenSSL 3.0.19 27 Jan 2026", Some("9.2"));
        check("OpenSSH_10.0p2 Debian-7+deb13u4, OpenSSL 3.5.1", Some("10.0p2"));
        check("SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3\r\n", Some("8.4p1"));
        check("SSH-2.0-OpenSSH_for_Windows_8.1", Some("8.1"));
        check("unknown option -- V\nOpenSSH_8.9p1 Ubuntu-3", Some("8.9p1"));
    }

    #[test]
    fn the_two_numbers_order() {
        let p1 = Version { portable: Some(1), ..Version::new(9, 9) };
        assert!(p1 < Version::new(10, 0));
        assert!(p1.at_least(9, 9) && !p1.at_least(10, 0));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(OpenSSH_)?\\PC{0,40}") {
            let _ = Version::find(&text);
        }
    }
}
