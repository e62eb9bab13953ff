//! hosts.allow and hosts.deny: hosts_access(5) and hosts_options(5), read as libwrap 7.6.q of Debian reads them.
//!
//! What a file means is not what a person reads in it: comments continue over a backslash, a missing newline at the end is an
//! error of the whole file, and a colon anywhere but in brackets ends a list. So lines keep their bytes, and what libwrap
//! passes over is kept as an [`Oddity`].
//!
//! Must never decide whether a line matches anybody.

mod line;
pub mod number;
pub mod option;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use line::Lines;

/// What separates the elements of a list.
const SEPARATORS: &[u8] = b", \t\r\n";

/// A file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Table<'a> {
    /// Its rules, in order.
    pub rules: Vec<Rule<'a>>,
    /// Lines that are not what they look like, in order.
    pub oddities: Vec<Oddity>,
    /// The line at which libwrap gives the file up; `None` when it reads all of it.
    pub broken: Option<Broken<'a>>,
}

/// `daemons : clients : option : option …`
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule<'a> {
    /// Where it begins.
    pub lines: LineNumbers,
    text: Cow<'a, [u8]>,
    /// Ends of the first two fields: the places of the colons. No second colon, no options.
    daemons: usize,
    clients: Option<usize>,
}

/// Where a line of libwrap's, which backslashes make of several, stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LineNumbers {
    /// The line of the file that it begins in, from 1.
    pub first: usize,
    /// The line of the file that it ends in.
    pub last: usize,
    /// The number that libwrap writes to the log: of the last line, and without those in which a zero byte hides the end.
    pub logged: usize,
}

/// The line at which libwrap gives up: what follows in the file does not exist for it, and the file counts as failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Broken<'a> {
    /// Where it is.
    pub lines: LineNumbers,
    /// What is wrong with it.
    pub problem: Problem,
    /// Its text, as far as libwrap reads it.
    pub text: Cow<'a, [u8]>,
}

/// Why libwrap gives a file up. It logs the same words for both: "missing newline or line too long".
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Problem {
    /// The file ends without a newline, or after a backslash.
    NoNewline,
    /// More than 2047 bytes, with the newline and with what backslashes join.
    TooLong,
}

/// A line that libwrap passes over although it was meant to say something, or that swallows another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Oddity {
    /// Where it is.
    pub lines: LineNumbers,
    /// What is odd.
    pub what: Odd,
}

/// What is odd about a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Odd {
    /// A comment that ends in a backslash: what it continues on is comment too.
    CommentContinues,
    /// Neither comment nor blank, and without a colon outside brackets: passed over.
    NoColon,
    /// A backslash before blanks at the end of the line: it continues nothing.
    BlankAfterBackslash,
}

impl<'a> Table<'a> {
    /// Reads a file.
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Self {
        let mut table = Self::default();
        let mut lines = Lines::new(text);
        while let Some((numbers, text)) = lines.next() {
            if text.last() != Some(&b'\n') {
                let problem = if lines.was_full() { Problem::TooLong } else { Problem::NoNewline };
                table.broken = Some(Broken { lines: numbers, problem, text });
                break;
            }
            table.read_line(numbers, text);
        }
        table
    }

    fn read_line(&mut self, lines: LineNumbers, text: Cow<'a, [u8]>) {
        if text[0] == b'#' {
            if lines.first != lines.last {
                self.oddities.push(Oddity { lines, what: Odd::CommentContinues });
            }
            return;
        }
        // Not the separators of lists: a line of commas is not blank.
        if text.iter().all(|b| b" \t\r\n".contains(b)) {
            return;
        }
        if ends_in_backslash_and_blanks(&text) {
            self.oddities.push(Oddity { lines, what: Odd::BlankAfterBackslash });
        }
        let Some((before, after)) = split_at(&text, b':') else {
            // A comment after a blank is passed over for this, and means no more than it seems to.
            if text.trim_ascii_start().starts_with(b"#") {
                return;
            }
            self.oddities.push(Oddity { lines, what: Odd::NoColon });
            return;
        };
        let daemons = before.len();
        let clients = split_at(after, b':').map(|(clients, _)| daemons + 1 + clients.len());
        self.rules.push(Rule { lines, text, daemons, clients });
    }
}

impl Rule<'_> {
    /// The list of daemons.
    #[must_use]
    pub fn daemons(&self) -> &[u8] {
        self.part(0..self.daemons)
    }

    /// The list of clients.
    #[must_use]
    pub fn clients(&self) -> &[u8] {
        self.part(self.daemons + 1..self.clients.unwrap_or(self.text.len()))
    }

    /// What follows the second colon; `None` when there is none. It may be nothing but a newline, which is not the same.
    #[must_use]
    pub fn options(&self) -> Option<&[u8]> {
        self.clients.map(|end| self.part(end + 1..self.text.len()))
    }

    /// All that follows the first colon.
    #[must_use]
    pub fn after_daemons(&self) -> &[u8] {
        self.part(self.daemons + 1..self.text.len())
    }

    /// The line for a person: joined, and without blanks around it.
    #[must_use]
    pub fn raw(&self) -> String {
        for_person(&self.text)
    }

    fn part(&self, range: Range<usize>) -> &[u8] {
        self.text.get(range).unwrap_or_default()
    }
}

/// The elements of a list.
pub fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    list.split(|b| SEPARATORS.contains(b)).filter(|element| !element.is_empty())
}

/// Whether an element is the word that begins an exception.
#[must_use]
pub fn is_except(element: &[u8]) -> bool {
    element.eq_ignore_ascii_case(b"EXCEPT")
}

/// Splits at the first `separator` that is not in square brackets. A closing bracket too many hides all that follows, as an
/// opening one does: libwrap counts below zero.
#[must_use]
pub fn split_at(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let mut depth = 0_i32;
    for (i, byte) in text.iter().enumerate() {
        match byte {
            b'[' => depth = depth.wrapping_add(1),
            b']' => depth = depth.wrapping_sub(1),
            _ if *byte == separator && depth == 0 => return Some((&text[..i], &text[i + 1..])),
            _ => {}
        }
    }
    None
}

/// Bytes of a file as a person is shown them.
#[must_use]
pub fn for_person(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().to_owned()
}

fn ends_in_backslash_and_blanks(text: &[u8]) -> bool {
    let kept = text.trim_ascii_end();
    kept.last() == Some(&b'\\') && text.len() > kept.len() + 1
}
