//! Texts within a program: what was compiled into it.

use std::collections::BTreeSet;

/// What a program's texts say of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProgramText {
    texts: BTreeSet<String>,
}

/// No text that is asked for is longer, in bytes.
const LONGEST: usize = 200;

impl ProgramText {
    /// Finds the texts between zero bytes that begin with one of the beginnings.
    #[must_use]
    pub fn find(program: &[u8], beginnings: &[&str]) -> Self {
        let parts = program.split(|byte| *byte == 0).filter(|part| part.len() <= LONGEST);
        let texts = parts.filter_map(|part| std::str::from_utf8(part).ok());
        let begins = |text: &&str| beginnings.iter().any(|beginning| text.starts_with(beginning));
        Self { texts: texts.filter(begins).map(str::to_owned).collect() }
    }

    /// The whole release of OpenSSH, e.g. `OpenSSH_9.2p1 Debian-2+deb12u3`; not the patterns by
    /// which it knows its peers.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        let is_release = |text: &&str| {
            let number = text.strip_prefix("OpenSSH_").unwrap_or_default();
            number.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['*', ',', '%'])
        };
        self.texts.iter().map(String::as_str).filter(is_release).max_by_key(|text| text.len())
    }

    /// The first of the candidates that stands in it as a whole.
    #[must_use]
    pub fn first_of(&self, candidates: &[&'static str]) -> Option<&'static str> {
        candidates.iter().find(|candidate| self.texts.contains(**candidate)).copied()
    }

    /// The first text that ends so.
    #[must_use]
    pub fn ending(&self, end: &'static str) -> Option<&str> {
        self.texts.iter().map(String::as_str).find(|text| text.ends_with(end))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(text: &str) -> ProgramText {
        ProgramText::find(text.as_bytes(), &["OpenSSH_", "/"])
    }

    #[test]
    fn releases() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(find(text).release(), expected, "{text:?}");
        };
        check("", None);
        check("OpenSSH_", None);
        check("OpenSSH_5*\0OpenSSH_6.5*,OpenSSH_6.6*\0OpenSSH_2.*,OpenSSH_3.0*\0OpenSSH_%s", None);
        check("xOpenSSH_9.2", None);
        check("\0OpenSSH_9.2\0OpenSSH_9.2p1\0OpenSSH_9.2p1 Debian-2\0OpenSSH_5*\0", {
            Some("OpenSSH_9.2p1 Debian-2")
        });
    }

    #[test]
    fn paths() {
        let text = find("/run/sshd.pid\0/run/sshd\0\u{1}/var/empty\0/usr/lib/openssh/sshd-session");
        assert_eq!(text.first_of(&["/var/empty", "/run/sshd"]), Some("/run/sshd"));
        assert_eq!(text.first_of(&["/run"]), None);
        assert_eq!(text.ending("/sshd-session"), Some("/usr/lib/openssh/sshd-session"));
        assert_eq!(text.ending("/sshd-auth"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = ProgramText::find(&bytes, &["OpenSSH_", "/"]).release();
        }
    }
}
