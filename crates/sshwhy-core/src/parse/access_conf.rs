//! The tables of pam_access: access.conf(5).

/// A line of a table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// What it says: `true` for `+`; or why pam_access passes over it.
    pub grants: Result<bool, &'static str>,
    /// Whom it is for, as it is written.
    pub users: String,
    /// Where they come from, as it is written.
    pub origins: String,
    /// The whole line.
    pub text: String,
}

/// Reads a table. `separators` are the characters that end a field (`fieldsep=`, else a colon).
#[must_use]
pub fn entries(text: &str, separators: &str) -> Vec<Entry> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(index, line)| entry(index + 1, line, separators)).collect()
}

fn entry(number: usize, line: &str, separators: &str) -> Option<Entry> {
    let text = line.trim_end();
    // A comment begins with the line: a blank before `#` makes it a bad entry.
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let mut rest = text;
    let first = field(&mut rest, separators);
    let users = field(&mut rest, separators);
    let origins = rest;
    let grants = match first.as_bytes().first() {
        _ if users.is_empty() || origins.is_empty() => Err("it has not three fields"),
        Some(b'+') => Ok(true),
        Some(b'-') => Ok(false),
        _ => Err("its first field is neither + nor -"),
    };
    let (users, origins, text) = (users.to_owned(), origins.to_owned(), text.to_owned());
    Some(Entry { line: number, grants, users, origins, text })
}

/// The next field as strtok(3) finds it: separators before it are passed over.
fn field<'a>(rest: &mut &'a str, separators: &str) -> &'a str {
    let is_separator = |c: char| separators.contains(c);
    let from = rest.trim_start_matches(is_separator);
    let end = from.find(is_separator).unwrap_or(from.len());
    let (field, after) = from.split_at(end);
    let mut after = after.chars();
    // The one separator that ends the field belongs to neither.
    after.next();
    *rest = after.as_str();
    field
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, expected: Result<(bool, &str, &str), &str>) {
        let all = entries(line, ":");
        assert_eq!(all.len(), 1, "{line:?}");
        let entry = &all[0];
        let found = entry.grants.map(|grants| (grants, &*entry.users, &*entry.origins));
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn lines_that_are_passed_over() {
        for text in ["", "\n  \t \n", "#", "# -:ALL:ALL"] {
            assert_eq!(entries(text, ":"), [], "{text:?}");
        }
        for text in [" # comment", "-", "-:", "-:alice", "-:alice:", ":::"] {
            check(text, Err("it has not three fields"));
        }
        check("x:alice:ALL", Err("its first field is neither + nor -"));
        check(" -:alice:ALL", Err("its first field is neither + nor -"));
    }

    #[test]
    fn lines_that_count() {
        check("-:alice:ALL", Ok((false, "alice", "ALL")));
        check("+ : root bob : 2001:db8::/32 10. ", Ok((true, " root bob ", " 2001:db8::/32 10.")));
        check("::+::a:b", Ok((true, "a", "b")));
        let other = entries("+|a|2001:db8::1", "|");
        assert_eq!((other[0].grants, other[0].origins.as_str()), (Ok(true), "2001:db8::1"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-+:a #\n\\PC]{0,40}", separators in "\\PC{0,3}") {
            let _ = entries(&text, &separators);
        }
    }
}
