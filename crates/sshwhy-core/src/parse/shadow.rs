//! One account's fields in the shadow database: shadow(5).
//!
//! Must never keep a password's hash: only its form.

/// The form of the second field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Password {
    /// Empty: no password is needed.
    Empty,
    /// It begins with `!`: what `usermod --lock` writes, and what sshd on Linux calls locked.
    Locked,
    /// No password fits (`*`), though the account is not locked.
    Unusable,
    /// A hash.
    Hash,
}

/// The fields. Days are counted from 1 January 1970; `None` is an empty field, or -1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shadow {
    /// The login name.
    pub name: String,
    /// What the password field is.
    pub password: Password,
    /// The day of the last change; 0 when the user has to change it at the next login.
    pub changed: Option<i64>,
    /// Days after which it has to be changed.
    pub maximum: Option<i64>,
    /// Days after that in which it still can be changed.
    pub inactive: Option<i64>,
    /// The day on which the account expires.
    pub expires: Option<i64>,
}

impl Shadow {
    /// The entry of a name and the number of its line, from 1. The first one counts, as in glibc.
    #[must_use]
    pub fn find(text: &str, name: &str) -> Option<(usize, Self)> {
        let lines = text.lines().enumerate();
        let mut entries = lines.filter_map(|(index, line)| Some((index + 1, Self::entry(line)?)));
        entries.find(|(_, entry)| entry.name == name)
    }

    fn entry(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.splitn(9, ':').collect();
        let name = *fields.first().filter(|name| !name.is_empty())?;
        let password = *fields.get(1)?;
        let number = |index: usize| fields.get(index)?.parse().ok().filter(|days| *days >= 0);
        let form = match password.as_bytes().first() {
            None => Password::Empty,
            Some(b'!') => Password::Locked,
            Some(b'$' | b'_' | b'.' | b'/') => Password::Hash,
            // Thirteen characters are the oldest kind of hash (crypt(5)).
            Some(first) if first.is_ascii_alphanumeric() && password.len() == 13 => Password::Hash,
            Some(_) => Password::Unusable,
        };
        Some(Self {
            name: name.to_owned(),
            password: form,
            changed: number(2),
            maximum: number(4),
            inactive: number(6),
            expires: number(7),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Option<(usize, Password, [Option<i64>; 4])>) {
        let found = Shadow::find(text, "alice");
        let found = found
            .map(|(line, s)| (line, s.password, [s.changed, s.maximum, s.inactive, s.expires]));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_that_are_no_entry() {
        for text in ["", "\n\n", "alice", "alic:x:1", ":alice:", "# alice:x", "bob:alice:1:2:3"] {
            check(text, None);
        }
    }

    #[test]
    fn entries() {
        let none = [None; 4];
        check("alice:", Some((1, Password::Empty, none)));
        check("root:*:1::::::\nalice:!", Some((2, Password::Locked, none)));
        check("alice:!$y$hash:x:0:-1:7::99999999999999999999:", Some((1, Password::Locked, none)));
        check("alice:*:19000:0:99999:7:::", {
            Some((1, Password::Unusable, [Some(19000), Some(99999), None, None]))
        });
        check("alice:$y$j9T$x:0:0:90:7:14:1:\nalice:!:::::::", {
            Some((1, Password::Hash, [Some(0), Some(90), Some(14), Some(1)]))
        });
        check("alice:abcdefghijklm:::::::", Some((1, Password::Hash, none)));
        check("alice:x:::::::", Some((1, Password::Unusable, none)));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(alice:)?[\\PC:\n]{0,60}") {
            let _ = Shadow::find(&text, "alice");
        }
    }
}
