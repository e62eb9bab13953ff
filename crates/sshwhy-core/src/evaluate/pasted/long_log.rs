//! Logs that are too long to be about one connection: counted in one pass, in memory that does not grow with them.
//!
//! What one client met is looked for among the last lines that name it, or at the end.

use std::collections::VecDeque;
use std::net::IpAddr;

use memchr::memchr;
use memchr::memchr_iter;
use memchr::memmem;
use memchr::memrchr;

use super::About;
use super::log_sum::Sum;
use super::log_sum::counts;
use super::log_sum::hour;
use crate::parse::log_line;
use crate::parse::sshd_log;
use crate::parse::sshd_log::Screen;

/// So many bytes of the end, or of the lines that name a client, are read line by line.
const KEPT: usize = 256 * 1024;
/// A line that is longer than this is none.
const MAX_LINE: usize = 1 << 20;
/// What is shorter is not worth sharing.
const SHARED: usize = 256 * 1024;
/// So many words stand before the tag of a line at most: weekday, month, day, time, year, zone, host.
const MAX_WORDS: usize = 8;
/// A tag is no longer than this.
const TAG: usize = 40;
/// So many lines at the front tell what a text is.
const FRONT: usize = 20;

/// Whether a text begins like a server's log.
pub(super) fn is_log(bytes: &[u8]) -> bool {
    let front = log_line::records(bytes).take(FRONT);
    front.filter(|record| !record.program.is_empty()).count() > FRONT / 2
}

/// Lines that follow each other.
#[derive(Debug)]
pub(super) struct Run {
    /// How many lines of the log come before.
    pub(super) lines_before: usize,
    pub(super) bytes: Vec<u8>,
}

/// A log as it passes.
#[derive(Debug)]
pub(super) struct LongLog {
    counter: Counter,
    /// Of each part of the work.
    sums: Vec<Sum>,
    /// The client whose lines are kept.
    client: Option<memmem::Finder<'static>>,
    /// The beginning of a line whose end is yet to come.
    partial: Vec<u8>,
    lines: usize,
    kept: VecDeque<Run>,
    kept_bytes: usize,
    /// Records of several lines, with an empty line after each (`journalctl -o export`).
    is_export: bool,
}

impl LongLog {
    pub(super) fn new(about: &About, front: &[u8]) -> Self {
        let named = |from: IpAddr| from.to_canonical().to_string();
        let client = about.from.map(|from| memmem::Finder::new(&named(from)).into_owned());
        Self {
            counter: Counter::new(about),
            sums: (0..about.share.map_or(1, |(_, parts)| parts)).map(|_| Sum::default()).collect(),
            client,
            partial: Vec::new(),
            lines: 0,
            kept: VecDeque::new(),
            kept_bytes: 0,
            is_export: front.starts_with(b"__"),
        }
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) {
        let end = match self.is_export {
            true => memmem::rfind(piece, b"\n\n").map(|at| at + 2),
            false => memrchr(b'\n', piece).map(|at| at + 1),
        };
        let (mut whole, rest) = piece.split_at(end.unwrap_or(0));
        if !self.partial.is_empty() && !whole.is_empty() {
            let first = memchr(b'\n', whole).map_or(whole.len(), |at| at + 1);
            let (head, tail) = whole.split_at(first);
            self.partial.extend_from_slice(head);
            // A record that is cut at its empty line goes on until the next one.
            if !self.is_export || self.partial.ends_with(b"\n\n") {
                let line = std::mem::take(&mut self.partial);
                self.lines(&line);
                whole = tail;
            } else {
                self.partial.extend_from_slice(tail);
                let records = std::mem::take(&mut self.partial);
                self.lines(&records);
                whole = b"";
            }
        }
        self.lines(whole);
        if self.partial.len() + rest.len() > MAX_LINE {
            self.partial.clear();
        } else {
            self.partial.extend_from_slice(rest);
        }
    }

    /// What was counted, and the lines that are read one by one.
    pub(super) fn finish(mut self) -> (Sum, VecDeque<Run>) {
        let rest = std::mem::take(&mut self.partial);
        self.lines(&rest);
        let mut sum = Sum::default();
        self.sums.into_iter().for_each(|part| sum.join(part));
        (sum, self.kept)
    }

    /// Takes whole lines.
    fn lines(&mut self, lines: &[u8]) {
        if self.counter.about.has_window() && !self.is_export {
            lines.split_inclusive(|byte| *byte == b'\n').for_each(|line| self.line(line));
            return;
        }
        self.keep(lines);
        self.lines += memchr_iter(b'\n', lines).count();
        let Self { counter, sums, .. } = self;
        let (Some((share, _)), false) =
            (counter.about.share, self.is_export || lines.len() < SHARED)
        else {
            sums.iter_mut().take(1).for_each(|sum| counter.count(lines, sum));
            return;
        };
        let size = lines.len() / sums.len().max(1);
        let mut left = lines;
        let mut work: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        let (last, others) = match sums.split_last_mut() {
            Some(split) => split,
            None => return,
        };
        for sum in others {
            let end = left.get(size..).and_then(|rest| memchr(b'\n', rest));
            let (part, rest) = left.split_at(end.map_or(left.len(), |at| size + at + 1));
            work.push(Box::new(|| counter.count(part, sum)));
            left = rest;
        }
        work.push(Box::new(|| counter.count(left, last)));
        share(work);
    }

    /// A line that counts if it is of the time that is asked about.
    fn line(&mut self, line: &[u8]) {
        if self.counter.is_in_time(line) {
            self.keep(line);
            self.sums.iter_mut().take(1).for_each(|sum| self.counter.count(line, sum));
        }
        self.lines += 1;
    }

    fn keep(&mut self, lines: &[u8]) {
        let Some(client) = self.client.take() else {
            let begin = lines.len().saturating_sub(KEPT);
            let begin = match memchr(b'\n', lines.get(begin..).unwrap_or_default()) {
                Some(at) if begin > 0 => begin + at + 1,
                _ => begin,
            };
            let (before, kept) = lines.split_at(begin);
            let skipped = memchr_iter(b'\n', before).count();
            self.push(self.lines + skipped, kept);
            return;
        };
        let (mut at, mut number) = (0, self.lines);
        while let Some(found) = lines.get(at..).and_then(|left| client.find(left)) {
            let found = at + found;
            let (before, after) = lines.split_at(found);
            let begin = memrchr(b'\n', before).map_or(0, |at| at + 1);
            let end = memchr(b'\n', after).map_or(lines.len(), |at| found + at + 1);
            number += memchr_iter(b'\n', lines.get(at..begin).unwrap_or_default()).count();
            self.push(number, lines.get(begin..end).unwrap_or_default());
            (at, number) = (end, number + 1);
        }
        self.client = Some(client);
    }

    fn push(&mut self, lines_before: usize, bytes: &[u8]) {
        self.kept_bytes += bytes.len();
        self.kept.push_back(Run { lines_before, bytes: bytes.to_vec() });
        while self.kept_bytes > 2 * KEPT && self.kept.len() > 1 {
            let gone = self.kept.pop_front().map_or(0, |run| run.bytes.len());
            self.kept_bytes -= gone;
        }
    }
}

/// Counts lines.
#[derive(Clone, Debug)]
struct Counter {
    screen: Screen,
    about: About,
}

impl Counter {
    fn new(about: &About) -> Self {
        Self { screen: Screen::new(counts), about: *about }
    }

    fn count(&self, bytes: &[u8], sum: &mut Sum) {
        if bytes.starts_with(b"__") {
            records(bytes, sum);
            return;
        }
        let mut left = bytes;
        while !left.is_empty() {
            let end = memchr(b'\n', left).map_or(left.len(), |at| at + 1);
            let (line, rest) = left.split_at(end);
            left = rest;
            match message(line).map(|message| (self.screen.may_count(message), message)) {
                Some((false, _)) => {}
                Some((true, message)) if let Ok(message) = str::from_utf8(message) => {
                    add(message, 1, line, sum);
                }
                _ => records(line, sum),
            }
        }
    }

    fn is_in_time(&self, line: &[u8]) -> bool {
        let time = log_line::records(line).next().and_then(|record| record.time);
        self.about.is_in_time(time.and_then(|time| time.unix(&self.about.clock())))
    }
}

/// Reads the heads, too.
fn records(bytes: &[u8], sum: &mut Sum) {
    for record in log_line::records(bytes) {
        if sshd_log::is_sshd(record.program) {
            add(&record.message, u64::from(record.repeated), bytes, sum);
        }
    }
}

fn add(message: &str, count: u64, line: &[u8], sum: &mut Sum) {
    if let Some(said) = sshd_log::parse(message) {
        sum.add(said.what, said.source, count, hour(line));
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

#[cfg(test)]
mod tests {
    use super::super::Share;
    use super::*;

    fn log(lines: usize) -> String {
        let line = |n: usize| {
            let (client, hour) = (n % 7, 10 + n / 15_000);
            format!(
                "Nov 26 {hour}:00:00 prod sshd[{n}]: Failed password for root from 192.0.2.{client} port 999 ssh2\n"
            )
        };
        (0..lines).map(line).collect()
    }

    fn finished(text: &str, about: &About, piece: usize) -> (Sum, VecDeque<Run>) {
        let mut log = LongLog::new(about, text.as_bytes());
        text.as_bytes().chunks(piece).for_each(|piece| log.take(piece));
        log.finish()
    }

    #[test]
    fn every_line_counts_however_it_comes() {
        let text = log(20_000);
        assert!(is_log(text.as_bytes()));
        let share: Share = |work| work.into_iter().for_each(|part| part());
        for (parts, piece) in [(1, 1000), (2, text.len()), (3, 700_000)] {
            let about = About { share: Some((share, parts)), ..About::default() };
            let (sum, kept) = finished(&text, &about, piece);
            assert_eq!(sum.clients(), 7);
            let words = sum.words();
            assert!(words[0].contains("20000 failed"), "{words:?}");
            assert!(words[2].contains("Nov 26 10:00 (15000)"), "{words:?}");
            let last = kept.back().unwrap();
            let lines = last.bytes.iter().filter(|b| **b == b'\n').count();
            assert_eq!(last.lines_before + lines, 20_000);
        }
    }

    #[test]
    fn the_lines_of_a_client_keep_their_numbers() {
        let text = log(20_000);
        let about = About { from: "192.0.2.3".parse().ok(), ..About::default() };
        let (_, kept) = finished(&text, &about, 5000);
        let bytes: usize = kept.iter().map(|run| run.bytes.len()).sum();
        assert!(bytes <= 2 * KEPT && kept.len() > 1000, "{bytes} {}", kept.len());
        for run in &kept {
            let line = str::from_utf8(&run.bytes).unwrap();
            assert!(line.contains(&format!("sshd[{}]", run.lines_before)), "{line}");
        }
    }

    #[test]
    fn only_what_is_in_time_counts() {
        let text = log(20_000);
        // 2026-11-26 11:00 and 12:00 UTC.
        let now = 1_795_694_400_000_000;
        let about = About { since: Some(now - 3_600_000_000), now, ..About::default() };
        let (sum, _) = finished(&text, &about, 5000);
        assert!(sum.words()[0].contains("5000 failed"));
    }
}
