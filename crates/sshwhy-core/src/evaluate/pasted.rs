//! Evidence that somebody pasted: texts of any kind, told apart line by line, read as one body of evidence.
//!
//! What a line is decides who reads it: the log of a server by its head, the words of ssh by ssh's vocabulary, then other
//! clients, then the tools that people try next. Must never take a line for two things, and never an order in a log for more
//! than text.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use crate::evaluate::capture::Asked;
use crate::model::case::Case;
use crate::model::case::SCHEMA;
use crate::model::case::View;
use crate::model::evidence::Observation;
use crate::model::measured::Measured;
use crate::model::question::Answer;
use crate::model::target::Target;
use crate::parse::log_line;
use crate::parse::log_line::Clock;
use crate::parse::sshd_log;

mod client;
mod firewall;
mod listing;
mod log_sum;
mod long_log;
mod other_client;
mod packets;
mod phrase;
mod rules;
mod server;
mod sorted;
mod source;
mod sshd_config;
mod tool;
mod translated;

pub use self::long_log::Lines;
pub use self::long_log::Tally;
use self::sorted::Sorted;
use self::source::Handed;
pub use self::source::Source;

/// One text that is there as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Paste<'a> {
    /// The file, or `-`.
    pub name: &'a str,
    /// What it holds. Bytes that are not UTF-8 are replaced.
    pub bytes: &'a [u8],
}

/// What is known beside the texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// The client that is asked about.
    pub from: Option<IpAddr>,
    /// Now, in microseconds since 1970: for times without a year.
    pub now: i64,
    /// By how many seconds the times of a log that name no zone are ahead of UTC.
    pub offset: i32,
    /// Which connection of a capture, from 1.
    pub connection: Option<usize>,
    /// Only what was written at this time or later, in microseconds since 1970.
    pub since: Option<i64>,
    /// Only what was written before.
    pub until: Option<i64>,
}

impl About {
    fn clock(&self) -> Clock {
        Clock { now: self.now, offset: self.offset, booted: None }
    }

    fn asked(&self) -> Asked {
        let seconds = |micros: i64| micros as f64 / 1e6;
        let (since, until) = (self.since.map(seconds), self.until.map(seconds));
        Asked { from: self.from, number: self.connection, since, until }
    }

    fn has_window(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// Whether a time is one that is asked about; what bears none always is.
    fn is_in_time(&self, at: Option<i64>) -> bool {
        at.is_none_or(|at| {
            self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
        })
    }
}

/// A public address that is nobody's (RFC 7535): no rule of anybody's names it.
const ANYBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 31, 196, 77));

/// Reads texts that are there as a whole as one case.
pub fn read(pastes: &[Paste<'_>], about: &About) -> Case {
    let source = |paste: &Paste<'_>| {
        let mut source = Source::new(paste.name, about);
        source.take(paste.bytes);
        source
    };
    read_sources(pastes.iter().map(source).collect(), about)
}

/// Reads texts that came in pieces as one case.
pub fn read_sources(sources: Vec<Source>, about: &About) -> Case {
    let mut case = empty();
    let Handed { texts, logs, captures, cut } = Handed::of(sources);
    let is_read = !logs.is_empty() || !captures.is_empty();
    for (name, capture) in captures {
        packets::tell(&name, "packet", capture.finish(), &mut case);
    }
    for (name, kept) in cut {
        let size = kept >> 20;
        case.not_assessed.push(format!("{name}: what comes after its first {size} MiB"));
    }
    let sorted: Vec<Sorted<'_>> = texts.iter().map(Sorted::new).collect();
    for sorted in &sorted {
        let before = case.observations.observations().len();
        packets::read_text(sorted, about, &mut case);
        client::read(sorted, &mut case);
        let client_said = case.observations.observations().len() > before;
        other_client::read(sorted, client_said, &mut case);
        tool::read(sorted, about, &mut case);
        firewall::read(sorted, about, &mut case);
        rules::read(sorted, about, &mut case);
        client::terse_end(sorted, &mut case);
    }
    client::established(&mut case);
    client::denied(&mut case);
    server::read(&sorted, logs, about, &mut case);
    // What it means depends on what became of the client.
    sorted.iter().for_each(|sorted| sshd_config::read(sorted, about, &mut case));
    let is_known = sorted.iter().flat_map(|sorted| &sorted.lines).any(sorted::Line::is_known);
    if !is_read && !is_known && case.observations.observations().is_empty() {
        let lines: usize = sorted.iter().map(Sorted::count).sum();
        case.not_assessed.push(format!("none of the {lines} lines is of a kind that sshwhy reads"));
    }
    case
}

/// The clients that the lines of a server's log name, each once, in the order of the lines.
pub fn clients(log: &[u8]) -> Vec<IpAddr> {
    let mut clients = Vec::new();
    for record in log_line::records(log) {
        let said = sshd_log::parse(&record.message).and_then(|said| said.source);
        clients.extend(said.filter(|client| !clients.contains(client)));
    }
    clients
}

fn empty() -> Case {
    Case {
        schema: SCHEMA.to_owned(),
        target: Target { port: 22, ..Target::default() },
        taken: None,
        seconds: 0.0,
        connections: 0,
        not_assessed: Vec::new(),
        view: View::Pasted,
        notes: Vec::new(),
        warnings: Vec::new(),
        observations: std::iter::empty().collect(),
        measured: Measured::default(),
        exchanges: Vec::new(),
        packets: None,
    }
}

/// A place as a person is told it.
fn place(file: &str, line: usize) -> String {
    if file == "-" { format!("line {line}") } else { format!("{file}:{line}") }
}

/// Adds what a line says, unless another line said the same.
fn say(case: &mut Case, answer: impl Into<Answer>, file: &str, line: usize, text: &str) {
    let answer = answer.into();
    if !case.observations.holds(answer) {
        let text = text.trim().chars().take(300).collect();
        let source = place(file, line);
        case.observations.push(Observation { answer, source, at: 0.0, text });
    }
}

#[cfg(test)]
mod tests;
