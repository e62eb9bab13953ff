//! Text with roles instead of colours, and the one door through which foreign text comes in.
//!
//! It must never know a terminal: whoever prints decides what a role looks like.

use std::fmt::Write;

/// What a piece of text is, for whoever gives it a look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Ordinary words.
    Plain,
    /// What matters most.
    Strong,
    /// All is well.
    Good,
    /// What is wrong.
    Bad,
    /// What is not decided.
    Doubt,
    /// What one may skip: sources, times, frames.
    Dim,
    /// The word at the left that says what follows.
    Label,
    /// A command to copy. Never broken and never indented by a second line.
    Command,
}

/// A piece of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// The text, without control characters.
    pub text: String,
}

/// One line of output, without its newline.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Line {
    /// Its pieces, left to right.
    pub spans: Vec<Span>,
}

/// How text is laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Style {
    width: usize,
    unicode: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self::new(80, true)
    }
}

impl Style {
    /// A style for so many columns, with or without characters beyond ASCII.
    ///
    /// Lines longer than 120 columns are hard to read and shorter than 40 cannot hold a ladder,
    /// so the width is kept between these.
    pub fn new(width: usize, unicode: bool) -> Self {
        Self { width: width.clamp(40, 120), unicode }
    }

    /// The number of columns.
    pub const fn width(self) -> usize {
        self.width
    }

    /// Whether characters beyond ASCII may be used.
    pub const fn is_unicode(self) -> bool {
        self.unicode
    }

    /// `fancy` where the output can show it, `plain` where it is ASCII.
    pub(super) const fn glyph(self, fancy: &'static str, plain: &'static str) -> &'static str {
        if self.unicode { fancy } else { plain }
    }

    /// Text from anywhere, made harmless: control characters and everything invisible is spelled
    /// out, and what takes more than `limit` columns is cut with an ellipsis.
    pub fn clean(self, text: &str, limit: usize) -> String {
        let mut clean = String::new();
        let mut used = 0;
        for c in text.trim().chars() {
            let before = clean.len();
            self.push_clean(&mut clean, c);
            used += columns(clean.get(before..).unwrap_or_default());
            if used > limit {
                clean.truncate(before);
                clean.push_str(self.glyph("…", "..."));
                break;
            }
        }
        clean
    }

    fn push_clean(self, clean: &mut String, c: char) {
        match c {
            ' '..='~' => clean.push(c),
            '\n' => clean.push_str("\\n"),
            '\r' => clean.push_str("\\r"),
            '\t' => clean.push_str("\\t"),
            '\0'..='\x1f' | '\x7f' => {
                let _ = write!(clean, "\\x{:02x}", u32::from(c));
            }
            // Our own prose uses these, and ASCII has a word for each.
            '…' if !self.unicode => clean.push_str("..."),
            '–' | '—' if !self.unicode => clean.push('-'),
            '‘' | '’' if !self.unicode => clean.push('\''),
            '§' if !self.unicode => clean.push_str("section "),
            '→' if !self.unicode => clean.push_str("->"),
            '×' if !self.unicode => clean.push('x'),
            // `escape_debug` spells out what is invisible, unassigned, combining or turns the
            // direction of writing.
            _ if self.unicode => clean.extend(c.escape_debug()),
            _ => clean.extend(c.escape_unicode()),
        }
    }
}

impl Span {
    /// A piece of text.
    pub(super) fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into() }
    }
}

impl Line {
    /// A line of one piece.
    pub(super) fn of(role: Role, text: impl Into<String>) -> Self {
        Self::default().with(role, text)
    }

    /// The line with one more piece.
    pub(super) fn with(mut self, role: Role, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push(Span { role, text });
        }
        self
    }

    /// The line filled with spaces up to a column.
    pub(super) fn padded(self, column: usize) -> Self {
        let missing = column.saturating_sub(self.columns());
        self.with(Role::Plain, " ".repeat(missing))
    }

    /// How many columns it takes.
    pub fn columns(&self) -> usize {
        self.spans.iter().map(|span| columns(&span.text)).sum()
    }

    /// The bare text.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Lines as bare text, each ending in a newline.
pub fn plain(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text().trim_end())).collect()
}

/// How many columns a terminal gives to clean text.
pub(super) fn columns(text: &str) -> usize {
    // East Asian wide and full-width forms and most emoji take two (Unicode TR 11, in ranges).
    let wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
            | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_shown_and_not_obeyed() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Style::new(80, true).clean(text, 40), expected);
            let ascii = Style::new(80, false).clean(text, 200);
            assert!(ascii.bytes().all(|b| (b' '..=b'~').contains(&b)), "{ascii}");
        };
        check("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07");
        check("a\r\nb\tc\0", "a\\r\\nb\\tc\\x00");
        check("\u{202e}evil\u{200b}", "\\u{202e}evil\\u{200b}");
        check("\u{9b}2J", "\\u{9b}2J");
        check("e\u{301}", "e\\u{301}");
        check("Grüße, 世界", "Grüße, 世界");
        check(&"x".repeat(5000), &format!("{}…", "x".repeat(40)));
        check(&"\x1b".repeat(5000), &format!("{}…", "\\x1b".repeat(10)));
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("──▶ …"), 5);
        assert_eq!(columns("世界"), 4);
    }
}
