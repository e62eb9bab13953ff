//! Logs that are too long to be about one connection: counted in one pass, in memory that does not grow with them.
//!
//! What one client met is looked for among the lines that name it, or at the end.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

use memchr::memchr;
use memchr::memchr_iter;
use memchr::memmem;

use super::Paste;
use crate::parse::log_line;
use crate::parse::sshd_log;
use crate::parse::sshd_log::Screen;
use crate::parse::sshd_log::What;

/// From so many bytes on a text of log lines is a log.
const BIG: usize = 1 << 20;
/// So many bytes of the end tell what goes on now.
const END: usize = 256 * 1024;
/// More clients than this are not told apart.
const MAX_CLIENTS: usize = 1 << 20;
/// So many clients are named in a sum.
const NAMED: usize = 3;
/// So many words stand before the tag of a line at most: weekday, month, day, time, year, zone, host.
const MAX_WORDS: usize = 8;
/// A tag is no longer than this.
const TAG: usize = 40;
/// So many lines at the front tell what a text is.
const FRONT: usize = 20;

/// Whether a text is a long log of a server's.
pub(super) fn is_one(paste: &Paste<'_>) -> bool {
    if paste.bytes.len() < BIG {
        return false;
    }
    let front = log_line::records(paste.bytes).take(FRONT);
    front.filter(|record| !record.program.is_empty()).count() > FRONT / 2
}

/// The part of a long log that is read line by line, all else left empty so that the lines keep their numbers: what names the
/// client, or the end.
pub(super) fn part<'a>(bytes: &'a [u8], from: Option<IpAddr>) -> (usize, Cow<'a, [u8]>) {
    let Some(from) = from else {
        let begin = bytes.len().saturating_sub(END);
        let begin = bytes
            .get(begin..)
            .and_then(|b| b.iter().position(|b| *b == b'\n'))
            .map_or(0, |at| begin + at + 1);
        let before = bytes.get(..begin).unwrap_or_default();
        let lines = memchr_iter(b'\n', before).count();
        return (lines, Cow::Borrowed(bytes.get(begin..).unwrap_or_default()));
    };
    let address = from.to_canonical().to_string();
    let mut kept = Vec::new();
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let names = memmem::find(line, address.as_bytes()).is_some();
        kept.extend_from_slice(if names { line } else { b"\n" });
    }
    (0, Cow::Owned(kept))
}

/// What became of the connections, and who made most of them.
#[derive(Debug, Default)]
pub(super) struct Sum {
    outcomes: Vec<(&'static str, u64)>,
    clients: HashMap<IpAddr, u64>,
}

impl Sum {
    /// Counts a whole log.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut sum = Self::default();
        let screen = Screen::new(|what| outcome(what).is_some());
        let mut left = bytes;
        while !left.is_empty() {
            let end = memchr(b'\n', left).map_or(left.len(), |at| at + 1);
            let (line, rest) = left.split_at(end);
            left = rest;
            match message(line).map(|message| (screen.may_count(message), str::from_utf8(message)))
            {
                Some((false, _)) => {}
                Some((true, Ok(message))) => sum.message(message, 1),
                _ => sum.line(line),
            }
        }
        sum
    }

    fn line(&mut self, line: &[u8]) {
        for record in log_line::records(line) {
            if sshd_log::is_sshd(record.program) {
                self.message(&record.message, u64::from(record.repeated));
            }
        }
    }

    fn message(&mut self, message: &str, count: u64) {
        if let Some(said) = sshd_log::parse(message) {
            self.add(said.what, said.source, count);
        }
    }

    /// Counts a line.
    pub(super) fn add(&mut self, what: What, source: Option<IpAddr>, count: u64) {
        let Some(words) = outcome(what) else { return };
        match self.outcomes.iter_mut().find(|(own, _)| *own == words) {
            Some((_, known)) => *known += count,
            None => self.outcomes.push((words, count)),
        }
        if let Some(source) = source
            && (self.clients.len() < MAX_CLIENTS || self.clients.contains_key(&source))
        {
            *self.clients.entry(source).or_default() += count;
        }
    }

    /// How many clients there were.
    pub(super) fn clients(&self) -> usize {
        self.clients.len()
    }

    /// In words.
    pub(super) fn words(&self) -> Vec<String> {
        let mut outcomes = self.outcomes.clone();
        outcomes.sort_by_key(|(words, count)| (std::cmp::Reverse(*count), *words));
        let told: Vec<String> = outcomes.iter().map(|(words, n)| format!("{n} {words}")).collect();
        let mut busiest: Vec<_> = self.clients.iter().collect();
        busiest.sort_by_key(|(client, count)| (std::cmp::Reverse(**count), **client));
        let named = busiest.iter().take(NAMED).map(|(client, n)| format!("{client} ({n})"));
        let named: Vec<String> = named.collect();
        vec![
            format!("{} clients: {}", self.clients.len(), told.join(", ")),
            format!("most of it from {}", named.join(", ")),
        ]
    }
}

/// The message of a line of the common form `… sshd[900]: MESSAGE`, found without reading the rest of its head; `None` for any
/// other form, which has to be read.
fn message(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line;
    for _ in 0..MAX_WORDS {
        if rest.starts_with(b"sshd") {
            let end = memchr(b':', rest.get(..TAG.min(rest.len()))?)?;
            let message = rest.get(end + 1..)?.strip_prefix(b" ")?;
            // syslog counts what repeats.
            return (!message.starts_with(b"message repeated")).then_some(message);
        }
        let end = memchr(b' ', rest)?;
        // After a colon a message has begun already.
        if end > 0 && rest.get(end - 1) == Some(&b':') {
            return None;
        }
        rest = rest.get(end + 1..)?;
    }
    None
}

fn outcome(what: What) -> Option<&'static str> {
    Some(match what {
        What::Accepted => "logins",
        What::Failed => "failed attempts to log in",
        What::InvalidUser => "attempts with a user that does not exist",
        What::RefusedConnect => "refused by TCP wrappers",
        What::StartupsDrop => "dropped by MaxStartups",
        What::PenaltyDrop => "dropped for a penalty",
        What::LeftEarly | What::Scanner => "gone without a word of SSH (scanners, health checks)",
        What::NotSsh => "that did not speak SSH",
        What::Negotiation => "without a common algorithm",
        What::TooManyFailures => "ended after too many failures",
        What::ResetByPeer => "reset by the client",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: usize) -> String {
        let line = |n: usize| {
            let client = n % 7;
            format!(
                "Nov 26 10:00:00 prod sshd[{n}]: Failed password for root from 192.0.2.{client} port 999 ssh2\n"
            )
        };
        (0..lines).map(line).collect()
    }

    #[test]
    fn every_line_counts_and_the_part_keeps_its_numbers() {
        let text = log(20_000);
        let paste = Paste { name: "auth.log", bytes: text.as_bytes() };
        assert!(is_one(&paste));
        let sum = Sum::of(text.as_bytes());
        assert_eq!(sum.clients(), 7);
        assert!(sum.words()[0].contains("20000 failed"), "{:?}", sum.words());
        let (before, end) = part(text.as_bytes(), None);
        let lines = end.iter().filter(|b| **b == b'\n').count();
        assert_eq!(before + lines, 20_000);
        let (before, named) = part(text.as_bytes(), "192.0.2.3".parse().ok());
        assert_eq!((before, named.iter().filter(|b| **b == b'\n').count()), (0, 20_000));
    }
}
