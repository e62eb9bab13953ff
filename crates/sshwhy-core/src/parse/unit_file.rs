//! systemd's unit files and drop-ins (systemd.syntax(7)), so that a setting's line can be named.

use super::place::Place;

/// A line that sets something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assignment {
    /// The section that it is in, without brackets.
    pub section: String,
    /// What it sets.
    pub key: String,
    /// The value; lines that are continued by `\` are joined by a blank.
    pub value: String,
    /// Where it begins.
    pub place: Place,
}

impl Assignment {
    /// As it is written, on one line.
    pub fn text(&self) -> String {
        format!("{}={}", self.key, self.value)
    }
}

/// Reads a unit file.
pub fn parse(file: &str, text: &str) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut section = String::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        // Comments are skipped also between continued lines.
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        let (number, mut whole) = open.take().unwrap_or((at + 1, String::new()));
        if let Some(start) = trimmed.strip_suffix('\\') {
            whole.push_str(start.trim_end());
            whole.push(' ');
            open = Some((number, whole));
            continue;
        }
        whole.push_str(trimmed);
        take(file, number, &whole, &mut section, &mut found);
    }
    if let Some((number, whole)) = open {
        take(file, number, &whole, &mut section, &mut found);
    }
    found
}

fn take(file: &str, number: usize, line: &str, section: &mut String, found: &mut Vec<Assignment>) {
    if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        name.clone_into(section);
    } else if let Some((key, value)) = line.split_once('=') {
        found.push(Assignment {
            section: section.clone(),
            key: key.trim_end().to_owned(),
            value: value.trim().to_owned(),
            place: Place::new(file, number),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(&str, &str, usize)]) {
        let read = parse("f", text);
        let read: Vec<_> =
            read.iter().map(|a| (a.section.as_str(), a.place.line, a.text())).collect();
        let expected: Vec<_> =
            expected.iter().map(|(s, text, line)| (*s, *line, (*text).to_owned())).collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn hostile_text() {
        check("", &[]);
        check("\\", &[]);
        check("[", &[]);
        check("[]\n=", &[("", "=", 2)]);
        check("a=\\\n\\\n\\", &[("", "a=", 1)]);
        check("no assignment\n[S\nA=1", &[("", "A=1", 3)]);
    }

    #[test]
    fn drop_ins() {
        let text = "# a\n[Service]\nIPAddressDeny = any\n;b\nIPAddressAllow=10.0.0.0/8 \\\n# c\n  \
                    192.0.2.0/24\nIPAddressAllow=\n";
        check(
            text,
            &[
                ("Service", "IPAddressDeny=any", 3),
                ("Service", "IPAddressAllow=10.0.0.0/8 192.0.2.0/24", 5),
                ("Service", "IPAddressAllow=", 8),
            ],
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "([\\[A-Za-z\\]#;]{0,9}=?[ -~é]{0,20}\\\\?\n{0,2}){0,9}") {
            parse("f", &text);
        }
    }
}
