//! Logs of real servers, which are not part of the project: read where they are present.
#![allow(clippy::print_stderr, reason = "says what share of the lines was understood")]

use std::path::PathBuf;

use super::*;
use crate::parse::log_line;

/// The folder of public data beside the project, where somebody has put it.
#[expect(clippy::disallowed_methods, reason = "a test may look whether the data is there")]
fn data(name: &str) -> Option<Vec<u8>> {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = project
        .ancestors()
        .flat_map(|folder| ["../shared", "shared"].map(|shared| folder.join(shared).join(name)))
        .find_map(|path| std::fs::read(path).ok());
    if found.is_none() {
        eprintln!("skipped: {name} is not present");
    }
    found
}

#[test]
fn every_line_of_a_brute_forced_server_is_understood() {
    let Some(log) = data("data/loghub/OpenSSH_2k.log") else { return };
    let (mut typed, mut not_needed, mut with_source) = (0, 0, 0);
    let mut unknown = Vec::new();
    for record in log_line::records(&log) {
        assert!(record.time.is_some() && is_sshd(record.program) && record.pid.is_some());
        match parse(&record.message) {
            None => unknown.push(record.message.into_owned()),
            Some(said) => {
                with_source += usize::from(said.source.is_some());
                let counter =
                    if said.what == What::NotNeeded { &mut not_needed } else { &mut typed };
                *counter += 1;
            }
        }
    }
    eprintln!(
        "typed {typed}, not needed {not_needed}, unknown {}; {with_source} name the client",
        unknown.len()
    );
    assert_eq!(unknown, Vec::<String>::new());
    assert_eq!(typed + not_needed, 2000);
}

/// The formats of all releases from 7.4 to 10.5, with words in the place of what varies. That a
/// format is unknown is right for most: they are no news of a connection. It must never panic, and
/// what matters most must be known.
#[test]
fn formats_of_the_sources_are_read() {
    let Some(table) = data("reference/sshd-log-lines.tsv") else { return };
    let table = String::from_utf8(table).unwrap();
    let mut counts = [(0, 0); 4];
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(level), Some(format)) = (columns.next(), columns.next()) else { continue };
        let function = columns.nth(1).and_then(|c| c.split([':', ';']).nth(1)).unwrap_or("main");
        let kind = match level {
            "FATAL" => 0,
            "ERROR" => 1,
            "INFO" | "VERBOSE" => 2,
            _ => 3,
        };
        let message = rendered(format, function);
        let message = if kind == 0 { format!("fatal: {message}") } else { message };
        let known = parse(&message).is_some();
        let (all, read) = &mut counts[kind];
        *all += 1;
        *read += usize::from(known);
    }
    eprintln!("read of FATAL, ERROR, INFO, DEBUG (all, known): {counts:?}");
    assert_eq!(counts[0].0, counts[0].1, "every end of a process is known");
    assert!(counts[2].1 * 2 > counts[2].0, "half of INFO and VERBOSE; the rest is protocol");
}

/// A format as sshd would write it.
fn rendered(format: &str, function: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic() && !"lz".contains(c)).unwrap_or(0);
        let is_address =
            ["from ", "by ", "with ", "for ", "to "].iter().any(|w| before.ends_with(w))
                && after
                    .get(end + 1..)
                    .is_some_and(|rest| rest.starts_with(" port") || rest.is_empty());
        text.push_str(match after.get(end..=end) {
            Some("s") if before.is_empty() && text.is_empty() && after.starts_with("s line") => {
                "/f"
            }
            Some("s") if is_address => "192.0.2.1",
            Some("s") => "word",
            _ => "1",
        });
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text.replace("<func>", function).replace("<ssh_err>", "invalid format").replace("\\\"", "\"")
}
