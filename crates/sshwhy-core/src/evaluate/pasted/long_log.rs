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
    front: Front,
    screen: Screen,
    /// What was counted, by each who counts.
    sums: Vec<Sum>,
}

impl LongLog {
    pub(super) fn new(about: &About, begin: &[u8]) -> Self {
        let named = |from: IpAddr| from.to_canonical().to_string();
        let client = about.from.map(|from| memmem::Finder::new(&named(from)).into_owned());
        let front = Front {
            about: *about,
            client,
            partial: Vec::new(),
            lines: 0,
            kept: VecDeque::new(),
            kept_bytes: 0,
            is_export: begin.starts_with(b"__"),
        };
        Self { front, screen: Screen::new(counts), sums: vec![Sum::default()] }
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) {
        let (mut lines, tallies) = self.share(1);
        let mut whole = Vec::new();
        lines.begin(&mut whole);
        whole.extend_from_slice(piece);
        lines.cut(&mut whole);
        tallies.into_iter().for_each(|mut tally| tally.count(&whole));
    }

    /// Who cuts pieces to lines, and so many who count lines.
    pub(super) fn share(&mut self, parts: usize) -> (Lines<'_>, Vec<Tally<'_>>) {
        let Self { front, screen, sums } = self;
        if sums.len() < parts {
            sums.resize_with(parts, Sum::default);
        }
        let screen = &*screen;
        let tally = |sum| Tally { screen, sum };
        (Lines { front }, sums.iter_mut().take(parts).map(tally).collect())
    }

    /// What was counted, and the lines that are read one by one.
    pub(super) fn finish(mut self) -> (Sum, VecDeque<Run>) {
        // What has no end ends here.
        if !self.front.partial.is_empty() {
            self.take(if self.front.is_export { b"\n\n" } else { b"\n" });
        }
        let mut sum = Sum::default();
        self.sums.into_iter().for_each(|part| sum.join(part));
        (sum, self.front.kept)
    }
}

/// Cuts a long log to whole lines, piece by piece in its order.
#[derive(Debug)]
pub struct Lines<'l> {
    front: &'l mut Front,
}

impl Lines<'_> {
    /// Leaves in a buffer what the next piece goes on from; append that piece.
    pub fn begin(&mut self, buffer: &mut Vec<u8>) {
        buffer.clear();
        buffer.append(&mut self.front.partial);
    }

    /// Leaves in the buffer the whole lines that are asked about.
    pub fn cut(&mut self, buffer: &mut Vec<u8>) {
        self.front.cut(buffer);
    }
}

/// Counts lines, in any order and beside others.
#[derive(Debug)]
pub struct Tally<'l> {
    screen: &'l Screen,
    sum: &'l mut Sum,
}

/// The part of a log that must see it in its order.
#[derive(Debug)]
struct Front {
    about: About,
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

impl Front {
    fn cut(&mut self, buffer: &mut Vec<u8>) {
        let end = match self.is_export {
            true => memmem::rfind(buffer, b"\n\n").map(|at| at + 2),
            false => memrchr(b'\n', buffer).map(|at| at + 1),
        };
        let rest = buffer.get(end.unwrap_or(0)..).unwrap_or_default();
        if rest.len() <= MAX_LINE {
            self.partial.extend_from_slice(rest);
        }
        buffer.truncate(end.unwrap_or(0));
        if self.about.has_window() && !self.is_export {
            let whole = std::mem::take(buffer);
            for line in whole.split_inclusive(|byte| *byte == b'\n') {
                if self.is_in_time(line) {
                    self.keep(line);
                    buffer.extend_from_slice(line);
                }
                self.lines += 1;
            }
        } else {
            self.keep(buffer);
            self.lines += memchr_iter(b'\n', buffer).count();
        }
    }

    fn is_in_time(&self, line: &[u8]) -> bool {
        let time = log_line::records(line).next().and_then(|record| record.time);
        self.about.is_in_time(time.and_then(|time| time.unix(&self.about.clock())))
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
        let mut room = Vec::new();
        while self.kept_bytes > KEPT + bytes.len()
            && let Some(gone) = self.kept.pop_front()
        {
            self.kept_bytes -= gone.bytes.len();
            room = gone.bytes;
        }
        room.clear();
        room.extend_from_slice(bytes);
        self.kept_bytes += bytes.len();
        self.kept.push_back(Run { lines_before, bytes: room });
    }
}

impl Tally<'_> {
    /// Counts whole lines.
    pub fn count(&mut self, bytes: &[u8]) {
        if bytes.starts_with(b"__") {
            records(bytes, self.sum);
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
                    add(message, 1, line, self.sum);
                }
                _ => records(line, self.sum),
            }
        }
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
    let mut rest = match line {
        // `Nov 26 10:00:00 `, the most common form.
        [_, _, _, b' ', _, _, b' ', _, _, b':', _, _, b':', _, _, b' ', rest @ ..] => rest,
        _ => line,
    };
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
        for piece in [1000, text.len(), 700_000] {
            let (sum, kept) = finished(&text, &About::default(), piece);
            assert_eq!(sum.clients(), 7);
            let words = sum.words();
            assert!(words[0].contains("20000 failed"), "{words:?}");
            assert!(words[2].contains("Nov 26, by the hour: 10h 15000, 11h 5000"), "{words:?}");
            let last = kept.back().unwrap();
            let lines = last.bytes.iter().filter(|b| **b == b'\n').count();
            assert_eq!(last.lines_before + lines, 20_000);
        }
    }

    #[test]
    fn who_counts_does_not_matter() {
        let text = log(20_000);
        let mut log = LongLog::new(&About::default(), text.as_bytes());
        let (mut lines, mut tallies) = log.share(3);
        for (piece, tally) in text.as_bytes().chunks(4000).zip([0, 1, 2].into_iter().cycle()) {
            let mut buffer = Vec::new();
            lines.begin(&mut buffer);
            buffer.extend_from_slice(piece);
            lines.cut(&mut buffer);
            tallies[tally].count(&buffer);
        }
        assert!(log.finish().0.words()[0].contains("20000 failed"));
    }

    #[test]
    fn the_lines_of_a_client_keep_their_numbers() {
        let text = log(20_000);
        let about = About { from: "192.0.2.3".parse().ok(), ..About::default() };
        let (_, kept) = finished(&text, &about, 5000);
        let bytes: usize = kept.iter().map(|run| run.bytes.len()).sum();
        assert!(bytes <= KEPT + 2 * MAX_LINE && kept.len() > 1000, "{bytes} {}", kept.len());
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
