//! Evidence that somebody pasted: texts of any kind, told apart line by line, read as one body of evidence.
//!
//! What a line is decides who reads it: the log of a server by its head, the words of ssh by ssh's vocabulary, then other
//! clients, then the tools that people try next. Must never take a line for two things, and never an order in a log for more
//! than text.

use std::net::IpAddr;

use crate::model::case::Case;
use crate::model::case::SCHEMA;
use crate::model::case::View;
use crate::model::evidence::Observation;
use crate::model::question::Answer;
use crate::model::target::Target;
use crate::wire::capture::is_capture;

mod big_log;
mod client;
mod firewall;
mod other_client;
mod packets;
mod phrase;
mod rules;
mod server;
mod sorted;
mod tool;

use self::sorted::Sorted;

/// A text that is no log is read up to so many bytes: nobody pastes more.
const MAX_TEXT: usize = 8 << 20;

/// One text.
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
    /// Which connection of a capture, from 1.
    pub connection: Option<usize>,
}

/// Reads texts as one case.
pub fn read(pastes: &[Paste<'_>], about: &About) -> Case {
    let mut case = empty();
    let (captures, texts): (Vec<&Paste<'_>>, Vec<_>) =
        pastes.iter().partition(|paste| is_capture(paste.bytes));
    for capture in &captures {
        packets::read(capture, about, &mut case);
    }
    let (logs, texts): (Vec<&Paste<'_>>, Vec<_>) =
        texts.into_iter().partition(|paste| big_log::is_one(paste));
    let long = texts.iter().filter(|paste| paste.bytes.len() > MAX_TEXT);
    let size = MAX_TEXT >> 20;
    let cut = long.map(|paste| format!("{}: what comes after its first {size} MiB", paste.name));
    case.not_assessed.extend(cut);
    let sorted: Vec<Sorted<'_>> = texts.into_iter().map(Sorted::new).collect();
    for sorted in &sorted {
        let before = case.observations.observations().len();
        client::read(sorted, &mut case);
        let client_said = case.observations.observations().len() > before;
        other_client::read(sorted, client_said, &mut case);
        tool::read(sorted, &mut case);
        firewall::read(sorted, about, &mut case);
        rules::read(sorted, about, &mut case);
        client::terse_end(sorted, &mut case);
    }
    server::read(&sorted, &logs, about, &mut case);
    let (lines, read) = sorted.iter().fold((0, 0), |(lines, read), sorted| {
        (lines + sorted.lines.len(), read + sorted.lines.iter().filter(|l| l.is_known()).count())
    });
    if read == 0
        && captures.is_empty()
        && logs.is_empty()
        && case.observations.observations().is_empty()
    {
        case.not_assessed.push(format!("none of the {lines} lines is of a kind that sshwhy reads"));
    }
    case
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
        exchanges: Vec::new(),
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
