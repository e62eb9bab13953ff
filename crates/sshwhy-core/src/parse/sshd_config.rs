//! `sshd_config(5)`, one file of it: lines with their keyword and arguments, as `servconf.c` and `misc.c` (`strdelim`,
//! `argv_split`) of OpenSSH read them.
//!
//! Must never judge a keyword or a value: what they mean depends on the release and on the lines before.

use crate::parse::place::Place;

/// A line that says something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// Its keyword in lower case.
    pub keyword: String,
    /// What follows the keyword, without quotes and comments.
    pub arguments: Arguments,
    /// What follows the keyword, as it stands there (without blanks at both ends).
    pub rest: String,
    /// The line as it stands in the file.
    pub text: String,
}

/// What follows a keyword.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Arguments {
    /// Nothing.
    Missing,
    /// Words.
    Words(Vec<String>),
    /// A quote opens and never closes.
    BadQuotes,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Statement {
    /// `Include`: other files.
    Include,
    /// `Match`: the condition of the lines that follow.
    Match,
    /// Any other keyword.
    Setting,
}

impl Line {
    /// What the line is for.
    #[must_use]
    pub fn statement(&self) -> Statement {
        match self.keyword.as_str() {
            "include" => Statement::Include,
            "match" => Statement::Match,
            _ => Statement::Setting,
        }
    }

    /// Its words; none when they are missing or their quotes are wrong.
    #[must_use]
    pub fn words(&self) -> &[String] {
        match &self.arguments {
            Arguments::Words(words) => words,
            Arguments::Missing | Arguments::BadQuotes => &[],
        }
    }
}

/// Blanks between a keyword and what follows it.
const BLANKS: &[char] = &[' ', '\t', '\r', '\n'];

/// The lines of a file that say something, in their order.
#[must_use]
pub fn parse_sshd_config(file: &str, text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    // sshd copies each line up to its first NUL, so that the line after one with a NUL continues it.
    let mut pending: Option<(usize, String)> = None;
    for (at, raw) in text.split('\n').enumerate() {
        let raw = raw.trim_start_matches([' ', '\t', '\r']);
        let (number, mut whole) = pending.take().unwrap_or((at + 1, String::new()));
        if let Some((before, _)) = raw.split_once('\0') {
            whole.push_str(before);
            pending = Some((number, whole));
            continue;
        }
        whole.push_str(raw);
        lines.extend(line(Place::new(file, number), &whole));
    }
    if let Some((number, whole)) = pending {
        lines.extend(line(Place::new(file, number), &whole));
    }
    lines
}

fn line(place: Place, text: &str) -> Option<Line> {
    // The first character stays even when it is a blank.
    let first = text.chars().next()?.len_utf8();
    let end = text[first..].trim_end_matches([' ', '\t', '\r', '\n', '\u{c}']).len() + first;
    let text = &text[..end];
    let (mut keyword, mut rest) = delimited(text)?;
    if keyword.is_empty() {
        (keyword, rest) = delimited(rest.as_deref()?)?;
    }
    if keyword.is_empty() || keyword.starts_with('#') {
        return None;
    }
    let rest = rest.unwrap_or_default();
    let arguments = if rest.is_empty() {
        Arguments::Missing
    } else {
        split_words(&rest).map_or(Arguments::BadQuotes, Arguments::Words)
    };
    Some(Line {
        place,
        keyword: keyword.to_ascii_lowercase(),
        arguments,
        rest: rest.trim_start_matches(BLANKS).to_owned(),
        text: text.to_owned(),
    })
}

/// The first word of a text up to a blank or one `=`, and what follows; `None` for the rest at the end of the text, and
/// `None` altogether when a quote never closes (`strdelim`). The word may be empty.
#[must_use]
pub fn delimited(text: &str) -> Option<(String, Option<String>)> {
    let Some(at) = text.find([' ', '\t', '\r', '\n', '"', '=']) else {
        return Some((text.to_owned(), None));
    };
    let (word, rest) = (&text[..at], &text[at + 1..]);
    match text.as_bytes()[at] {
        b'"' => {
            let (quoted, after) = rest.split_once('"')?;
            Some((format!("{word}{quoted}"), Some(after.trim_start_matches(BLANKS).to_owned())))
        }
        b'=' => Some((word.to_owned(), Some(rest.trim_start_matches(BLANKS).to_owned()))),
        _ => {
            let rest = rest.trim_start_matches(BLANKS);
            let rest =
                rest.strip_prefix('=').map_or(rest, |after| after.trim_start_matches(BLANKS));
            Some((word.to_owned(), Some(rest.to_owned())))
        }
    }
}

/// Words as a shell would take them: single and double quotes, a backslash before a quote, a backslash or (outside quotes) a
/// blank; `#` before a word ends the line (`argv_split`). `None` when a quote never closes.
#[must_use]
pub fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        match chars.peek() {
            None | Some('#') => return Some(words),
            Some(_) => {}
        }
        let mut word = String::new();
        let mut quote: Option<char> = None;
        while let Some(c) = chars.next() {
            match (c, quote) {
                ('\\', _) => {
                    let escaped = chars.next_if(|next| {
                        matches!(next, '\'' | '"' | '\\') || (quote.is_none() && *next == ' ')
                    });
                    word.push(escaped.unwrap_or('\\'));
                }
                (' ' | '\t', None) => break,
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (c, _) => word.push(c),
            }
        }
        if quote.is_some() {
            return None;
        }
        words.push(word);
    }
}

#[cfg(test)]
mod tests;
