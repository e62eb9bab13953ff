//! One line of a log, freed of what is around it: line ends, colours, time stamps, quotation marks.
//!
//! Must never change the words of the line.

use std::borrow::Cow;

/// Longest line that is looked at, in bytes: the longest that ssh prints is a list of about 3 kB.
pub(super) const MAX_LINE_BYTES: usize = 8192;

/// A prefix is looked for in so many bytes at the start of a line; the longest common one (date, time, zone, host, process)
/// has about 70.
const MAX_PREFIX_BYTES: usize = 96;

/// A line ready to be recognised.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// 1 to 3 for `debug1:` to `debug3:`, 0 for a message without that mark.
    pub(super) level: u8,
    /// The words.
    pub(super) text: &'a str,
    /// Whether it ended in CR LF, as all messages of ssh itself do.
    pub(super) crlf: bool,
}

/// Remembers what stood before the last `debug` mark: the lines between carry the same kind of prefix.
#[derive(Debug, Default)]
pub(super) struct Prefix {
    shape: Vec<u8>,
}

impl Prefix {
    /// Splits one line, without its LF, into its parts.
    pub(super) fn strip<'a>(&mut self, raw: &'a str) -> Line<'a> {
        let text = raw.trim_end_matches('\r');
        let crlf = text.len() != raw.len();
        if let Some((at, level)) = debug_mark(text) {
            let prefix = text.get(..at).unwrap_or_default();
            self.shape.clear();
            self.shape.extend(prefix.bytes().map(shape));
            let said = text.get(at + "debug1: ".len()..).unwrap_or_default();
            // Quoted in Markdown, line by line.
            let said = if prefix.ends_with('`') { said.trim_end_matches('`') } else { said };
            return Line { level, text: said, crlf };
        }
        if self.shape.is_empty()
            && let Some(at) = version_mark(text)
        {
            let prefix = text.get(..at).unwrap_or_default();
            self.shape.extend(prefix.bytes().map(shape));
        }
        Line { level: 0, text: self.without_prefix(text), crlf }
    }

    fn without_prefix<'a>(&self, text: &'a str) -> &'a str {
        if !self.shape.is_empty() {
            let same = text.len() >= self.shape.len()
                && text.bytes().zip(&self.shape).all(|(byte, expected)| shape(byte) == *expected);
            if same && let Some(rest) = text.get(self.shape.len()..) {
                return rest;
            }
        }
        without_time(text)
    }
}

/// Where `debugN: ` begins. Mostly at the start of the line.
fn debug_mark(text: &str) -> Option<(usize, u8)> {
    let level_at = |at: usize| {
        let rest = text.as_bytes().get(at..)?;
        match rest {
            [b'd', b'e', b'b', b'u', b'g', level @ b'1'..=b'3', b':', b' ', ..] => {
                Some(level - b'0')
            }
            // The text of a message may be empty, and mailers cut blanks.
            [b'd', b'e', b'b', b'u', b'g', level @ b'1'..=b'3', b':'] => Some(level - b'0'),
            _ => None,
        }
    };
    if let Some(level) = level_at(0) {
        return Some((0, level));
    }
    // A prefix of a log stands before the mark. Should a message quote one, it is read as that: nothing is lost by it.
    let mut end = text.len().min(MAX_PREFIX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let at = text.get(..end)?.find("debug")?;
    level_at(at).map(|level| (at, level))
}

/// Where the version line begins: the first line of a log, before any `debug` mark.
fn version_mark(text: &str) -> Option<usize> {
    let at = text.find("OpenSSH_").filter(|at| *at <= MAX_PREFIX_BYTES)?;
    text.get(at..)?.contains("SSL ").then_some(at)
}

/// Digits are alike, letters are alike, all else must be the same.
fn shape(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'0',
        b'a'..=b'z' | b'A'..=b'Z' => b'a',
        other => other,
    }
}

/// Cuts a leading time stamp: words of digits and punctuation, one of which holds `HH:MM`.
fn without_time(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '[' || c == '(') {
        return text;
    }
    let mut rest = text;
    let mut had_time = false;
    for _ in 0..3 {
        let Some((word, after)) = rest.split_once(' ') else { break };
        let stamp = !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_digit() || b"-:.,TZ+/[]()".contains(&b));
        if !stamp {
            break;
        }
        had_time |= has_clock_time(word);
        rest = after;
    }
    if had_time { rest } else { text }
}

fn has_clock_time(word: &str) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit();
    word.as_bytes().windows(8).any(|w| match w {
        [a, b, b':', c, d, b':', e, f] => [a, b, c, d, e, f].into_iter().all(digit),
        _ => false,
    })
}

/// Removes escape sequences (ECMA-48 CSI and OSC) and other control characters except the tabulator and the final CR.
pub(crate) fn without_controls(raw: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && c != '\t';
    let body = raw.trim_end_matches('\r');
    if !body.contains(is_control) {
        return Cow::Borrowed(raw);
    }
    let mut clean = String::with_capacity(raw.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            match chars.next() {
                Some('[') => {
                    // Parameters and intermediates, then one final byte.
                    while chars.next().is_some_and(|c| !('\u{40}'..='\u{7e}').contains(&c)) {}
                }
                Some(']') => while chars.next().is_some_and(|c| c != '\u{7}' && c != '\u{1b}') {},
                _ => {}
            }
        } else if !is_control(c) {
            clean.push(c);
        }
    }
    if body.len() != raw.len() {
        clean.push('\r');
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], level: u8, text: &str) {
        let mut prefix = Prefix::default();
        let mut last = None;
        for line in lines {
            let clean = without_controls(line).into_owned();
            let line = prefix.strip(&clean);
            last = Some((line.level, line.text.to_owned()));
        }
        assert_eq!(last, Some((level, text.to_owned())), "lines {lines:?}");
    }

    #[test]
    fn plain_lines() {
        check(&[""], 0, "");
        check(&["\r"], 0, "");
        check(&["debug1: Connection established.\r"], 1, "Connection established.");
        check(&["debug3:"], 3, "");
        check(&["debug9: x"], 0, "debug9: x");
        check(&["Host key verification failed.\r"], 0, "Host key verification failed.");
    }

    #[test]
    fn colours_and_controls() {
        check(&["\u{1b}[1;31mdebug1: x\u{1b}[0m y\r"], 1, "x y");
        check(&["\u{1b}]0;title\u{7}debug2: x"], 2, "x");
        check(&["a\u{8}b\u{0}"], 0, "ab");
        check(&["\u{1b}["], 0, "");
        check(&["\u{1b}"], 0, "");
    }

    #[test]
    fn time_stamps() {
        check(&["2026-05-01T12:00:01.123Z debug1: x"], 1, "x");
        check(&["[12:00:01] debug2: x"], 2, "x");
        check(&["May  1 12:00:01 box ssh[77]: debug3: x"], 3, "x");
        check(
            &["2026-05-01 12:00:01,5 Connection closed by 192.0.2.7 port 22"],
            0,
            "Connection closed by 192.0.2.7 port 22",
        );
        check(&["12:00:01.5 Broken"], 0, "Broken");
        check(&["[127.0.0.1]:22 is no time"], 0, "[127.0.0.1]:22 is no time");
        check(&["220 mail.example ESMTP"], 0, "220 mail.example ESMTP");
    }

    #[test]
    fn the_lines_between_have_the_same_prefix() {
        check(
            &["May  1 12:00:01 box ssh[77]: debug3: x", "May  1 12:00:02 box ssh[77]: Bye."],
            0,
            "Bye.",
        );
        check(&["> debug1: x", "> Bye."], 0, "Bye.");
        check(&["    debug1: x", "    Bye."], 0, "Bye.");
        check(&["> debug1: x", "debug1: y", "> Bye."], 0, "> Bye.");
        check(&["`debug1: x`"], 1, "x");
        check(&["> OpenSSH_9.2p1, OpenSSL 3.0.19"], 0, "OpenSSH_9.2p1, OpenSSL 3.0.19");
    }
}
