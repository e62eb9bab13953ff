//! A line's words, as iptables-restore splits them: at blanks, except between double quotes, in which a backslash takes the
//! next character literally.

use std::borrow::Cow;

/// A word of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word<'a> {
    /// Without its quotes, escapes as they stand.
    raw: &'a str,
    /// Whether it was quoted: then it is never an option or a `!`.
    pub(super) quoted: bool,
    escaped: bool,
    /// Where it begins in the line, its quote included.
    pub(super) at: usize,
}

impl<'a> Word<'a> {
    /// Its text; `None` when escapes would have to be undone.
    pub(super) fn plain(self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// Its text with escapes undone.
    pub(super) fn text(self) -> Cow<'a, str> {
        if !self.escaped {
            return Cow::Borrowed(self.raw);
        }
        let mut text = String::with_capacity(self.raw.len());
        let mut literal = false;
        for c in self.raw.chars() {
            if c == '\\' && !literal {
                literal = true;
            } else {
                text.push(c);
                literal = false;
            }
        }
        Cow::Owned(text)
    }

    /// What it is as an option: empty when it was quoted.
    pub(super) fn option(self) -> &'a str {
        if self.quoted { "" } else { self.raw }
    }
}

/// The words of a line, one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    /// The next word, which stays the next.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.clone().next()
    }

    /// Where the next word begins, or the line's end.
    pub(super) fn position(&self) -> usize {
        self.peek().map_or(self.line.len(), |word| word.at)
    }

    /// A part of the line between two positions, without blanks around it.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.line.get(from..to).unwrap_or_default().trim()
    }

    fn quoted(&mut self, start: usize) -> Word<'a> {
        let from = start + 1;
        let bytes = self.line.as_bytes();
        let (mut at, mut escaped) = (from, false);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        // A quote that nobody closes ends with the line, and so does a last backslash.
        let end = at.min(bytes.len());
        self.at = (end + 1).min(bytes.len());
        Word { raw: self.line.get(from..end).unwrap_or_default(), quoted: true, escaped, at: start }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let bytes = self.line.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        if *bytes.get(start)? == b'"' {
            return Some(self.quoted(start));
        }
        while bytes.get(self.at).is_some_and(|b| !b.is_ascii_whitespace()) {
            self.at += 1;
        }
        let raw = self.line.get(start..self.at).unwrap_or_default();
        Some(Word { raw, quoted: false, escaped: false, at: start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let words: Vec<_> = Words::new(line).map(|w| w.text().into_owned()).collect();
        assert_eq!(words, expected, "{line}");
    }

    #[test]
    fn quotes_and_escapes() {
        check("", &[]);
        check("  -A  INPUT\t-j DROP ", &["-A", "INPUT", "-j", "DROP"]);
        check(r#"--comment "a b" x"#, &["--comment", "a b", "x"]);
        check(r#""it\'s \"so\" \\" y"#, &[r#"it's "so" \"#, "y"]);
        check(r#"a "open"#, &["a", "open"]);
        check("\"a\\", &["a"]);
        check("\"\\", &[""]);
        check("\"\\é\" é", &["é", "é"]);
        check(r#""" x"#, &["", "x"]);
    }

    #[test]
    fn a_quoted_word_is_no_option() {
        let word = Words::new(r#""-j""#).next().unwrap();
        assert_eq!((word.option(), word.plain()), ("", Some("-j")));
    }
}
