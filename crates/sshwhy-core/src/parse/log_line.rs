//! The head of a log line, whoever wrote it: time, host, program, process; the rest is the message.
//!
//! Reads the files of syslog (RFC 3164 and 5424, ISO times), what `journalctl` prints (`short` and
//! its kin, `json`, `export`), the kernel's ring buffer (`dmesg`, /dev/kmsg), audit.log, and
//! `sshd -E` files, whose lines have no head. A message borrows from the text unless it has to be
//! unescaped. Must never conclude from a message: that is for its own parser.

use std::borrow::Cow;

use memchr::memchr;

mod bytes;
mod head;
mod journal;
mod stamp;

use self::bytes::number;
use self::bytes::text;
pub use self::stamp::Clock;
pub use self::stamp::MICROS;
pub use self::stamp::Stamp;

/// A line of a log.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Record<'a> {
    /// When it was written; `None` when the line does not say.
    pub time: Option<Stamp>,
    /// The host that wrote it, or empty.
    pub host: &'a str,
    /// The program (syslog's tag, `kernel`, `audit`), or empty.
    pub program: &'a str,
    /// Its process.
    pub pid: Option<u32>,
    /// What it said.
    pub message: Cow<'a, str>,
    /// How often in a row it said so, when syslog counted instead of repeating; otherwise 1.
    pub repeated: u32,
    /// Line number from 1.
    pub line: usize,
}

/// The records of a text, in its order. Lines without a known head are records without a program.
pub fn records(log: &[u8]) -> Records<'_> {
    Records { left: log, line: 0 }
}

/// Reads records from the front of a text.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    left: &'a [u8],
    line: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            if self.left.is_empty() {
                return None;
            }
            if journal::begins_export(self.left) {
                let (record, lines, left) = journal::export(self.left);
                let line = self.line + 1;
                self.line += lines;
                self.left = left;
                return Some(Record { line, ..counted(record) });
            }
            let line = self.take_line();
            if !line.is_empty() {
                return Some(Record { line: self.line, ..record(line) });
            }
        }
    }
}

impl<'a> Records<'a> {
    fn take_line(&mut self) -> &'a [u8] {
        self.line += 1;
        let end = memchr(b'\n', self.left).unwrap_or(self.left.len());
        let (line, left) = self.left.split_at(end);
        self.left = left.get(1..).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// Reads one line, without its end.
fn record(line: &[u8]) -> Record<'_> {
    counted(head::read(line).unwrap_or_else(|| Record { message: text(line), ..Record::default() }))
}

/// rsyslog and journald write `message repeated 3 times: [ MESSAGE]` for three equal messages.
fn counted(mut record: Record<'_>) -> Record<'_> {
    record.repeated = 1;
    let Cow::Borrowed(message) = record.message else { return record };
    let Some(rest) = message.strip_prefix("message repeated ") else { return record };
    let inner = || {
        let (count, rest) = number(rest.as_bytes())?;
        let rest = rest.strip_prefix(b" times: [")?.strip_suffix(b"]")?;
        Some((count, rest.strip_prefix(b" ").unwrap_or(rest)))
    };
    if let Some((count, inner)) = inner() {
        record.repeated = count;
        record.message = text(inner);
    }
    record
}

#[cfg(test)]
mod tests;
