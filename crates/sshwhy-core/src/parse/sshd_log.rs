//! What sshd writes to the log, any release from 5 to 10.5, and what Dropbear, PAM, libwrap and
//! systemd write beside it: typed, with the client, the user, the key and the reason.
//!
//! Names of users, identification strings and key comments are the client's own words, and may
//! look like the rest of a line. The client's address is taken from where sshd writes it; where two
//! places could be meant, there is none. Must never conclude: what a line means for a connection is
//! for the evaluator.

use std::net::IpAddr;
use std::sync::OnceLock;

mod auth;
mod connection;
mod dropbear;
mod listener;
mod pam;
mod read;
mod row;
mod session;
mod start;
mod what;

use self::row::Row;
pub use self::what::What;

/// A line of sshd's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Said<'a> {
    /// What it is about.
    pub what: What,
    /// How it was marked.
    pub level: Level,
    /// Which of sshd's processes said it, where that is written.
    pub phase: Option<Phase>,
    /// The client's address.
    pub source: Option<IpAddr>,
    /// The client's port.
    pub port: Option<u16>,
    /// The user.
    pub user: Option<&'a str>,
    /// Whether sshd calls the user invalid: there is no such account, or it may not log in.
    pub user_invalid: bool,
    /// The method of authentication.
    pub method: Option<&'a str>,
    /// The key: its type and fingerprint, and a certificate's particulars.
    pub key: Option<&'a str>,
    /// The words that vary: a reason, a path, an error.
    pub detail: &'a str,
    /// Another process of sshd's that the line is about.
    pub pid: Option<u32>,
    /// A number; [`What`] says which.
    pub number: Option<u64>,
}

/// How a line was marked. Files that `sshd -E` writes have no marks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Level {
    /// `fatal: `: the process ended.
    Fatal,
    /// `error: `
    Error,
    /// No mark: INFO and VERBOSE.
    #[default]
    Info,
    /// `debug1: ` to `debug3: `
    Debug,
}

/// Which of sshd's processes said a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// The unprivileged one before login: ` [preauth]`.
    Preauth,
    /// The one of the user, after: ` [postauth]`.
    Postauth,
}

/// Whether a program of this name writes what [`parse`] reads.
pub fn is_sshd(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sshd" | "sshd-session" | "sshd-auth" | "in.sshd" | "dropbear")
}

/// Reads a message, without the head of its line. `None` when it is not known.
pub fn parse(message: &str) -> Option<Said<'_>> {
    let mut said = Said::default();
    let text = marks(&mut said, message.trim_end());
    let text = read::without_place(text);
    if look_up(&mut said, text) {
        return Some(said);
    }
    // `func: text`: the function that a message comes from moves between releases.
    if let Some(text) = read::without_function(text)
        && look_up(&mut said, text)
    {
        return Some(said);
    }
    said.what = match said.level {
        Level::Debug => return None,
        _ if read::is_shortage(text) => What::Shortage,
        // The program's path comes first (`sshd.c`, 9.8 and later).
        Level::Fatal if text.ends_with(" does not exist or is not executable") => What::Helper,
        Level::Fatal if text.ends_with("Operation not permitted") => What::Unprivileged,
        Level::Fatal => What::Fatal,
        _ => return None,
    };
    said.detail = text;
    Some(said)
}

/// Takes off the level at the front and the process at the end.
fn marks<'a>(said: &mut Said<'a>, message: &'a str) -> &'a str {
    let mut text = message;
    let levels: &[(&str, Level)] = match message.bytes().next() {
        Some(b'f') => &[("fatal: ", Level::Fatal)],
        Some(b'e') => &[("error: ", Level::Error)],
        Some(b'd') => {
            &[("debug1: ", Level::Debug), ("debug2: ", Level::Debug), ("debug3: ", Level::Debug)]
        }
        _ => &[],
    };
    for (mark, level) in levels {
        if let Some(rest) = text.strip_prefix(mark) {
            (said.level, text) = (*level, rest);
            break;
        }
    }
    if text.ends_with(']') {
        for (mark, phase) in [(" [preauth]", Phase::Preauth), (" [postauth]", Phase::Postauth)] {
            if let Some(rest) = text.strip_suffix(mark) {
                (said.phase, text) = (Some(phase), rest);
            }
        }
    }
    text
}

/// Quickly tells messages apart that cannot be about certain things.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The rows of messages that count, by [`bucket`].
    rows: Vec<Vec<Begin>>,
}

impl Screen {
    /// For the things for which `counts` holds.
    pub fn new(counts: impl Fn(What) -> bool) -> Self {
        let counts = |Begin { row, .. }: &Begin| {
            counts(row.what) || row.also.iter().any(|also| counts(*also))
        };
        let of = |rows: &Vec<Begin>| rows.iter().copied().filter(counts).collect();
        Self { rows: index().iter().map(of).collect() }
    }

    /// Whether [`parse`] may make one of those of a message; `false` is sure.
    pub fn may_count(&self, message: &[u8]) -> bool {
        let head = head(message);
        let rows = self.rows.get(bucket(message));
        if rows.is_some_and(|rows| rows.iter().any(|row| row.rest(message, head).is_some())) {
            return true;
        }
        // A process, a level, a place or a function in front: most messages have none.
        if message.first() == Some(&b'[') {
            return true;
        }
        let word = message.iter().position(|byte| matches!(byte, b' ' | b'('));
        word.and_then(|end| message.get(..end))
            .is_none_or(|word| word.ends_with(b":") || word.windows(3).any(|part| part == b".c:"))
    }
}

/// Finds the row that a text begins like, and reads what varies.
fn look_up<'a>(said: &mut Said<'a>, text: &'a str) -> bool {
    let Some(rows) = index().get(bucket(text.as_bytes())) else { return false };
    let head = head(text.as_bytes());
    for begin in rows {
        let Some(rest) = begin.rest(text.as_bytes(), head) else { continue };
        let Some(rest) = text.get(text.len() - rest.len()..) else { continue };
        let (before, row) = (*said, begin.row);
        said.what = row.what;
        if (row.read)(said, rest) {
            return true;
        }
        *said = before;
    }
    false
}

/// So many buckets there are.
const BUCKETS: usize = 256 << 4;

/// Where rows are kept that begin like a text: by its first byte and a part of its second.
fn bucket(text: &[u8]) -> usize {
    let byte = |at: usize| text.get(at).copied().map_or(0, usize::from);
    byte(0) << 4 | byte(1) & 15
}

/// A row, and the first bytes of how it begins as a number: most that share a bucket differ there.
#[derive(Clone, Copy, Debug)]
struct Begin {
    row: &'static Row,
    head: u64,
    /// Which bits of that the row has.
    mask: u64,
}

impl Begin {
    fn of(row: &'static Row) -> Self {
        let mask = head([0xff; 8].get(..row.start.len()).unwrap_or(&[0xff; 8]));
        Self { row, head: head(row.start.as_bytes()), mask }
    }

    /// What follows in a text that begins so; the text's own head is given.
    fn rest<'t>(&self, text: &'t [u8], head: u64) -> Option<&'t [u8]> {
        (head & self.mask == self.head).then(|| text.strip_prefix(self.row.start.as_bytes()))?
    }
}

/// The first eight bytes of a text as a number, filled up with zeros.
fn head(text: &[u8]) -> u64 {
    if let Some(head) = text.first_chunk() {
        return u64::from_le_bytes(*head);
    }
    text.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte))
}

/// The rows by what their texts begin with.
fn index() -> &'static [Vec<Begin>] {
    static INDEX: OnceLock<Vec<Vec<Begin>>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = vec![Vec::new(); BUCKETS];
        let tables =
            [start::ROWS, listener::ROWS, connection::ROWS, auth::ROWS, pam::ROWS, session::ROWS];
        for row in tables.into_iter().chain([dropbear::ROWS]).flatten() {
            let at = bucket(row.start.as_bytes());
            // What begins with a single byte begins like all that begin with it.
            let wide = if row.start.len() < 2 { at | 15 } else { at };
            index
                .get_mut(at..=wide)
                .into_iter()
                .flatten()
                .for_each(|rows| rows.push(Begin::of(row)));
        }
        index
    })
}

#[cfg(test)]
mod tests;
