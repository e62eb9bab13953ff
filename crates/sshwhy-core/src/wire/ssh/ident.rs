//! The identification string and the lines before it: RFC 4253 section 4.2, with the limits of OpenSSH's `kex.c`.
//!
//! Must never hold more than one line of the peer, or take text for an identification string that `ssh` would not.

use super::foreign::ForeignService;
use super::foreign::classify;

/// The longest line that OpenSSH reads before it says `banner line too long`, in bytes without the line end.
pub const LINE_BYTES_MAX: usize = 8192;

/// OpenSSH gives up after so many lines: `No SSH version received in first 1024 lines`.
pub const LINES_MAX: usize = 1024;

/// The longest identification string that RFC 4253 section 4.2 allows, in bytes with CR and LF.
pub const RFC_BYTES_MAX: usize = 255;

/// An identification string: `SSH-protoversion-softwareversion SP comments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The whole line without CR and LF; bytes that are not UTF-8 are replaced.
    pub line: String,
    /// The number before the point of the protocol version.
    pub major: u32,
    /// The number after the point.
    pub minor: u32,
    /// What stands between the second minus sign and the first space, e.g. `OpenSSH_9.2p1`.
    pub software: String,
    /// What follows the first space, e.g. `Debian-2+deb12u10`.
    pub comments: Option<String>,
}

impl Ident {
    /// Reads a line without its end, as `ssh` does; `None` where it would say `Bad remote protocol version identification`.
    ///
    /// Stricter in one thing: `sscanf` lets spaces and signs stand before the numbers, which nobody sends.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"SSH-")?;
        let text = String::from_utf8_lossy(rest);
        let (version, after) = text.split_once('-')?;
        let (major, minor) = version.split_once('.')?;
        let (software, comments) = match after.split_once(' ') {
            Some((software, comments)) => (software, Some(comments.to_owned())),
            None => (after, None),
        };
        if after.is_empty() {
            return None;
        }
        Some(Self {
            line: String::from_utf8_lossy(line).into_owned(),
            major: number(major)?,
            minor: number(minor)?,
            software: software.to_owned(),
            comments,
        })
    }

    /// Version 2.0 or 1.99 (RFC 4253 section 5): the peer speaks SSH 2.
    #[must_use]
    pub fn speaks_ssh2(&self) -> bool {
        self.major == 2 || (self.major == 1 && self.minor == 99)
    }

    /// The version of OpenSSH that the peer says it is, e.g. `(9, 2)`.
    #[must_use]
    pub fn openssh_version(&self) -> Option<(u32, u32)> {
        let version = self.software.strip_prefix("OpenSSH_")?;
        let version = version.strip_prefix("for_Windows_").unwrap_or(version);
        let (major, rest) = version.split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some((number(major)?, number(rest.get(..end)?)?))
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// What the scanner found in the bytes fed so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// The identification string; all bytes after its line feed are packets.
    Ident(Ident),
    /// A line that is not an identification string. `ssh` shows it with `-v` only and reads on.
    OtherLine {
        /// The line without its end.
        line: String,
        /// A protocol that begins so, when this is the first line.
        service: Option<ForeignService>,
    },
    /// `ssh` would give up here. Nothing follows.
    Rejected(Rejected),
}

/// Why `ssh` gives up before it has an identification string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// A line begins with `SSH-` and is malformed after that.
    BadIdent(String),
    /// A NUL, or a CR that no LF follows: `banner line contains invalid characters`.
    InvalidCharacters {
        /// The line as far as it was read, at most 64 bytes.
        start: Vec<u8>,
        /// A protocol that begins so, when this is the first line.
        service: Option<ForeignService>,
    },
    /// A line above 8192 bytes: `banner line too long`.
    LineTooLong,
    /// 1024 lines and no identification string: a tarpit, or a chatty other service.
    TooManyLines,
}

/// Takes bytes as they come and says what they are, line by line.
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    /// Bytes fed and not yet looked at, from `next` on.
    fed: Vec<u8>,
    next: usize,
    line: Vec<u8>,
    carriage_return: bool,
    lines: usize,
    bytes: usize,
    finished: bool,
}

impl Scanner {
    /// Nothing fed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes of the peer. Call `poll` until it gives `None` before you feed more: what is fed is kept until then.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.fed.drain(..self.next.min(self.fed.len()));
        self.next = 0;
        self.fed.extend_from_slice(bytes);
    }

    /// The next line, or `None` when more bytes are needed or nothing can follow.
    pub fn poll(&mut self) -> Option<Scan> {
        while !self.finished {
            let byte = *self.fed.get(self.next)?;
            self.next += 1;
            self.bytes = self.bytes.saturating_add(1);
            match byte {
                b'\r' => self.carriage_return = true,
                b'\n' => return Some(self.end_of_line()),
                0 => return Some(self.invalid_characters(byte)),
                _ if self.carriage_return => return Some(self.invalid_characters(byte)),
                _ => self.line.push(byte),
            }
            if self.line.len() > LINE_BYTES_MAX {
                return Some(self.reject(Rejected::LineTooLong));
            }
        }
        None
    }

    /// Ends the scan and gives the bytes that were fed and not consumed: the packets after the identification string.
    #[must_use]
    pub fn into_rest(mut self) -> Vec<u8> {
        self.fed.drain(..self.next.min(self.fed.len()));
        self.fed
    }

    /// The line that has not ended yet, e.g. what a peer wrote before it closed.
    #[must_use]
    pub fn unfinished(&self) -> &[u8] {
        &self.line
    }

    /// The protocol that the unfinished first line looks like: some services send binary and no line at all.
    #[must_use]
    pub fn service(&self) -> Option<ForeignService> {
        if self.lines == 0 { classify(&self.line) } else { None }
    }

    /// Lines that ended so far, the identification string not counted.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Bytes looked at so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn end_of_line(&mut self) -> Scan {
        self.carriage_return = false;
        let line = std::mem::take(&mut self.line);
        if line.len() > 4 && line.starts_with(b"SSH-") {
            self.finished = true;
            let bad = || Rejected::BadIdent(String::from_utf8_lossy(&line).into_owned());
            return Ident::parse(&line).map_or_else(|| Scan::Rejected(bad()), Scan::Ident);
        }
        let service = if self.lines == 0 { classify(&line) } else { None };
        self.lines += 1;
        if self.lines >= LINES_MAX {
            return self.reject(Rejected::TooManyLines);
        }
        Scan::OtherLine { line: String::from_utf8_lossy(&line).into_owned(), service }
    }

    fn invalid_characters(&mut self, byte: u8) -> Scan {
        if self.carriage_return {
            self.line.push(b'\r');
        }
        self.line.push(byte);
        // Binary protocols are told by more bytes than those up to the first NUL.
        let more = self.fed.get(self.next..).unwrap_or_default();
        let start: Vec<u8> = self.line.iter().chain(more).copied().take(64).collect();
        let service = if self.lines == 0 { classify(&start) } else { None };
        self.reject(Rejected::InvalidCharacters { start, service })
    }

    fn reject(&mut self, why: Rejected) -> Scan {
        self.finished = true;
        Scan::Rejected(why)
    }
}

#[cfg(test)]
mod tests;
