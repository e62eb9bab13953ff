//! The tables of pam_limits: limits.conf(5).

/// A line of a table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// Whom it is for, as it is written.
    pub domain: String,
    /// Which of the two limits.
    pub kind: Kind,
    /// What is limited, in lower case.
    pub item: String,
    /// How much; `None` for no limit, or for a value that is no number.
    pub value: Option<u64>,
    /// The whole line.
    pub text: String,
}

/// Which limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The one that holds.
    Soft,
    /// The one that the soft one may be raised to.
    Hard,
    /// Both.
    Both,
    /// `DOMAIN -` alone: nothing is limited for whoever it is for.
    Exempt,
}

/// Reads a table. Lines that pam_limits passes over are left out.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(index, line)| entry(index + 1, line)).collect()
}

fn entry(number: usize, line: &str) -> Option<Entry> {
    let text = line.split('#').next().unwrap_or_default();
    let mut words = text.split_ascii_whitespace();
    let (domain, kind) = (words.next()?, words.next()?.to_ascii_lowercase());
    let rest = words.next().zip(words.next());
    let kind = match (kind.as_str(), rest) {
        ("-", None) => Kind::Exempt,
        ("soft", Some(_)) => Kind::Soft,
        ("hard", Some(_)) => Kind::Hard,
        ("-", Some(_)) => Kind::Both,
        _ => return None,
    };
    let (item, value) = rest.unwrap_or_default();
    Some(Entry {
        line: number,
        domain: domain.to_owned(),
        kind,
        item: item.to_ascii_lowercase(),
        value: value.parse().ok(),
        text: text.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_are_passed_over() {
        for text in ["", "#", "alice", "alice hard", "alice hard nproc", "alice firm nproc 1"] {
            assert_eq!(entries(text), [], "{text:?}");
        }
    }

    #[test]
    fn lines_that_count() {
        let check = |line: &str, expected: (&str, Kind, &str, Option<u64>)| {
            let all = entries(line);
            assert_eq!(all.len(), 1, "{line:?}");
            let Entry { domain, kind, item, value, .. } = &all[0];
            assert_eq!((&**domain, *kind, &**item, *value), expected, "{line:?}");
        };
        check("alice hard maxlogins 0 # none", ("alice", Kind::Hard, "maxlogins", Some(0)));
        check("\t@staff\tSoft NPROC 20 more", ("@staff", Kind::Soft, "nproc", Some(20)));
        check("* - nproc unlimited", ("*", Kind::Both, "nproc", None));
        check("* - nproc -1", ("*", Kind::Both, "nproc", None));
        check("root -", ("root", Kind::Exempt, "", None));
        check("* - nproc 99999999999999999999999", ("*", Kind::Both, "nproc", None));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[*@a -]{0,3} (hard|soft|-) \\PC{0,20}\n\\PC{0,20}") {
            let _ = entries(&text);
        }
    }
}
