//! The logs of the host, wherever it keeps them: the last day, the end of each file, and what could
//! not be read.
//!
//! Must never hold more than a bounded part of a log.

use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use sshwhy_core::evaluate::server_log::Log;
use sshwhy_core::evaluate::server_log::Text;
use sshwhy_core::parse::log_line::Clock;

use super::Host;
use crate::sys::clock;
use crate::sys::file;
use crate::sys::process_table;

/// Of a file no more than its end is read, in bytes.
const MAX_END: usize = 8 << 20;

/// What is older is not read, in seconds.
const MAX_AGE: f64 = 24.0 * 3600.0;

/// So many entries of the journal with their fields are less than a program may say.
const MAX_ENTRIES: &str = "8000";

/// The files that syslog daemons write what sshd, PAM and the kernel say to, by the habits of
/// Debian, Red Hat, SUSE, Alpine and Arch.
const FILES: [&str; 5] = ["auth.log", "secure", "messages", "syslog", "kern.log"];

/// Who writes to the journal.
const IDENTIFIERS: [&str; 5] = [
    "SYSLOG_IDENTIFIER=sshd",
    "SYSLOG_IDENTIFIER=sshd-session",
    "SYSLOG_IDENTIFIER=sshd-auth",
    "SYSLOG_IDENTIFIER=in.sshd",
    "SYSLOG_IDENTIFIER=dropbear",
];

/// The fields that a line is made of.
const FIELDS: &str = "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,SYSLOG_PID,_PID,_COMM,_TRANSPORT";

/// All that was read.
#[derive(Debug, Default)]
pub struct Logs {
    /// The lines that matter.
    pub log: Log,
    /// Now, in microseconds since 1970.
    pub now: i64,
    /// The files and commands that were read.
    pub read: Vec<String>,
    /// What could not be read, and why.
    pub unread: Vec<String>,
    /// Whether the kernel's log was among what was read.
    pub has_kernel: bool,
}

impl Logs {
    /// What was read, in words.
    pub fn places(&self) -> String {
        self.read.join(", ")
    }

    /// What could not be read, in words, with the way out.
    pub fn unread_words(&self, host: &Host) -> Option<String> {
        let mut words = self.unread.join("; ");
        if words.is_empty() {
            return None;
        }
        if !host.is_root {
            words
                .push_str(" (run it with sudo, or join the group that may read logs, such as adm)");
        }
        Some(words)
    }
}

/// What was read of one place.
struct Piece {
    name: String,
    end: file::End,
    written: Option<i64>,
}

/// Reads all logs of the host.
pub(super) fn read(host: &Host) -> Logs {
    let now = clock::now();
    let micros = |seconds: f64| (seconds * 1e6) as i64;
    let mut logs = Logs { now: micros(now), ..Logs::default() };
    let since = now - MAX_AGE;
    let mut pieces = Vec::new();
    for file in FILES.map(|name| Path::new("/var/log").join(name)) {
        read_rotated(&mut logs, &mut pieces, &file, since);
    }
    let audit = Path::new("/var/log/audit/audit.log");
    read_rotated(&mut logs, &mut pieces, audit, since);
    for own in own_files() {
        let before = pieces.len();
        read_file(&mut logs, &mut pieces, &own);
        let written = modified(&own).map(micros);
        pieces.iter_mut().skip(before).for_each(|piece| piece.written = written);
    }
    read_journal(host, &mut logs, &mut pieces);
    read_kernel(host, &mut logs, &mut pieces);
    let texts: Vec<Text<'_>> = pieces
        .iter()
        .map(|piece| Text {
            file: &piece.name,
            lines_before: piece.end.lines_before,
            bytes: &piece.end.bytes,
            written: piece.written,
        })
        .collect();
    let zone =
        Clock { now: logs.now, offset: clock::utc_offset(), booted: clock::booted().map(micros) };
    logs.log = Log::read(&texts, &zone, micros(since));
    logs.read = pieces.into_iter().map(|piece| piece.name).collect();
    logs
}

/// A log and what was rotated away of it (`auth.log.1`, `auth.log.2.gz`, `secure-20261126`), as far
/// as it was written to since then.
fn read_rotated(logs: &mut Logs, pieces: &mut Vec<Piece>, file: &Path, since: f64) {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|n| n.to_str()))
    else {
        return;
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return not_read(logs, folder, &error),
    };
    let is_rotated = |found: &str| {
        let rest = found.strip_prefix(name)?;
        let rest = rest.strip_suffix(".gz").unwrap_or(rest);
        let digits = rest.strip_prefix(['.', '-'])?;
        digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-').then_some(())
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            entry.file_name().to_str().is_some_and(|n| n == name || is_rotated(n).is_some())
        })
        .map(|entry| entry.path())
        .filter(|path| modified(path).is_some_and(|at| at >= since))
        .collect();
    files.sort();
    for file in files {
        read_file(logs, pieces, &file);
    }
}

fn read_file(logs: &mut Logs, pieces: &mut Vec<Piece>, file: &Path) {
    match file::read_end(file, MAX_END) {
        Ok(end) => {
            let name = file.display().to_string();
            logs.has_kernel |= name.contains("kern.log");
            pieces.push(Piece { name, end, written: None });
        }
        Err(error) => not_read(logs, file, &error),
    }
}

fn not_read(logs: &mut Logs, path: &Path, error: &io::Error) {
    if error.kind() != io::ErrorKind::NotFound {
        logs.unread.push(format!("{} cannot be read: {error}", path.display()));
    }
}

/// When a file was last written to, in seconds since 1970.
fn modified(path: &Path) -> Option<f64> {
    let at = std::fs::metadata(path).ok()?.modified().ok()?;
    Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())
}

/// The files that a running sshd was told to write to (`-E`, sshd(8)).
fn own_files() -> Vec<PathBuf> {
    let is_sshd = |process: &process_table::Process| process.name == "sshd";
    let file = |process: process_table::Process| {
        let mut words = process.title.split(' ').skip_while(|word| *word != "-E");
        words.nth(1).map(PathBuf::from).filter(|path| path.is_absolute())
    };
    let mut files: Vec<PathBuf> = process_table::all().filter(is_sshd).filter_map(file).collect();
    files.sort();
    files.dedup();
    files
}

/// What sshd and the units that run it wrote to the journal.
fn read_journal(host: &Host, logs: &mut Logs, pieces: &mut Vec<Piece>) {
    let kept = ["/var/log/journal", "/run/log/journal"].iter().any(|f| Path::new(f).is_dir());
    if !kept {
        return;
    }
    let mut arguments =
        vec!["--no-pager", "-q", "-o", "json", "--since=-24h", "-n", MAX_ENTRIES, FIELDS];
    // Matches of one field are alternatives; `+` begins another set (journalctl(1)).
    arguments.extend(IDENTIFIERS);
    for unit in ["UNIT=ssh.socket", "UNIT=sshd.socket", "UNIT=ssh.service", "UNIT=sshd.service"] {
        arguments.extend(["+", "_PID=1", unit]);
    }
    let ran = match host.run("journalctl", &arguments) {
        Ok(ran) => ran,
        Err(error) => return logs.unread.push(format!("the journal cannot be read: {error}")),
    };
    let hint = String::from_utf8_lossy(&ran.stderr);
    let is_partial = !host.is_root && ran.stdout.is_empty();
    if !ran.status.is_some_and(|status| status.success()) && ran.stdout.is_empty() || is_partial {
        let why = hint.lines().next().unwrap_or("journalctl shows nothing of sshd").trim();
        return logs.unread.push(format!("the journal cannot be read: {why}"));
    }
    let end = file::End { bytes: ran.stdout, lines_before: 0 };
    pieces.push(Piece { name: "journalctl".to_owned(), end, written: None });
}

/// The kernel's own log. In a container it is that of the machine below, whose processes and tables
/// are others'.
fn read_kernel(host: &Host, logs: &mut Logs, pieces: &mut Vec<Piece>) {
    if is_container() {
        let why = "the kernel's log belongs to the machine that this container runs on";
        return logs.unread.push(why.to_owned());
    }
    match host.run("dmesg", &[]) {
        Ok(ran) if ran.status.is_some_and(|status| status.success()) => {
            logs.has_kernel = true;
            let end = file::End { bytes: ran.stdout, lines_before: 0 };
            pieces.push(Piece { name: "dmesg".to_owned(), end, written: None });
        }
        Ok(ran) => {
            let why = String::from_utf8_lossy(&ran.stderr);
            let why = why.lines().next().unwrap_or("dmesg failed").trim();
            logs.unread.push(format!("the kernel's log cannot be read: {why}"));
        }
        Err(error) => logs.unread.push(format!("the kernel's log cannot be read: {error}")),
    }
}

/// Whether our processes have numbers of their own: the first namespace has a fixed number (the
/// kernel's include/linux/proc_ns.h, `PROC_PID_INIT_INO`).
fn is_container() -> bool {
    let namespace = std::fs::read_link("/proc/self/ns/pid");
    namespace.is_ok_and(|name| name.as_os_str() != "pid:[4026531836]")
}
