//! Texts as they come, in pieces of any size: a short one is kept whole, a long log and a capture are read as they pass.

use super::About;
use super::long_log;
use super::long_log::Lines;
use super::long_log::LongLog;
use super::long_log::Tally;
use super::sorted::is_of_server;
use crate::evaluate::capture;
use crate::parse::journal_file::is_journal_file;
use crate::parse::journal_file::journal_file_text;
use crate::wire::capture::is_capture;

/// A text that is no log is read up to so many bytes: nobody pastes more.
const MAX_TEXT: usize = 8 << 20;
/// systemd's own files are no longer (`SystemMaxFileSize`).
const MAX_JOURNAL: usize = 128 << 20;
/// From so many bytes on a text of log lines is a long log.
const LONG: usize = 1 << 20;
/// So many bytes tell whether it is a capture.
const MAGIC: usize = 24;

/// One text, as far as it has come.
#[derive(Debug)]
pub struct Source {
    name: String,
    about: About,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// What it is shows later.
    Begun(Vec<u8>),
    Text(Vec<u8>, bool),
    /// A file of systemd's journal: its entries refer to each other.
    Journal(Vec<u8>, bool),
    Log(Box<LongLog>),
    Capture(Box<capture::Reading>),
}

impl Source {
    /// A text of which nothing has come; `name` is the file, or `-`.
    pub fn new(name: &str, about: &About) -> Self {
        Self { name: name.to_owned(), about: *about, kind: Kind::Begun(Vec::new()) }
    }

    /// Takes the next piece.
    pub fn take(&mut self, piece: &[u8]) {
        match &mut self.kind {
            Kind::Begun(bytes) => {
                if bytes.len() < MAGIC {
                    let missing = MAGIC - bytes.len();
                    let (head, rest) = piece.split_at(missing.min(piece.len()));
                    bytes.extend_from_slice(head);
                    self.decide(rest);
                } else {
                    self.decide(piece);
                }
            }
            Kind::Text(bytes, is_cut) => {
                let room = MAX_TEXT - bytes.len();
                bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
                *is_cut |= piece.len() > room;
            }
            Kind::Journal(bytes, is_cut) => {
                let room = MAX_JOURNAL - bytes.len();
                bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
                *is_cut |= piece.len() > room;
            }
            Kind::Log(log) => log.take(piece),
            Kind::Capture(reading) => reading.take(piece),
        }
    }

    /// Goes on with what has begun, now that more is there.
    fn decide(&mut self, piece: &[u8]) {
        let Kind::Begun(bytes) = &mut self.kind else { return };
        if is_capture(bytes) {
            let mut reading = capture::Reading::new(&self.about.asked());
            reading.take(bytes);
            reading.take(piece);
            self.kind = Kind::Capture(Box::new(reading));
            return;
        }
        if is_journal_file(bytes) {
            self.kind = Kind::Journal(std::mem::take(bytes), false);
            self.take(piece);
            return;
        }
        let room = LONG.saturating_sub(bytes.len()).min(piece.len());
        let (head, rest) = piece.split_at(room);
        bytes.extend_from_slice(head);
        if bytes.len() < LONG {
            return;
        }
        let bytes = std::mem::take(bytes);
        self.kind = if long_log::is_log(&bytes) {
            let mut log = LongLog::new(&self.about, &bytes);
            log.take(&bytes);
            Kind::Log(Box::new(log))
        } else {
            Kind::Text(bytes, false)
        };
        self.take(rest);
    }

    /// For the rest of a long log: who cuts its pieces to lines, and so many who count them at the same time. `None` while it
    /// is not known to be one.
    pub fn share(&mut self, parts: usize) -> Option<(Lines<'_>, Vec<Tally<'_>>)> {
        match &mut self.kind {
            Kind::Log(log) => Some(log.share(parts)),
            _ => None,
        }
    }

    /// The file, or `-`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether no more of it would be read.
    pub fn is_full(&self) -> bool {
        matches!(self.kind, Kind::Text(_, true) | Kind::Journal(_, true))
    }

    /// What has come of a text that is kept whole.
    pub fn text(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Begun(bytes) | Kind::Text(bytes, _) => Some(bytes),
            Kind::Journal(..) | Kind::Log(_) | Kind::Capture(_) => None,
        }
    }
}

/// A text that is read line by line.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What was handed over, by kind.
#[derive(Debug, Default)]
pub(super) struct Handed {
    pub(super) texts: Vec<Text>,
    pub(super) logs: Vec<(String, LongLog)>,
    pub(super) captures: Vec<(String, capture::Reading)>,
    /// Of which more came than was kept, and how many bytes were.
    pub(super) cut: Vec<(String, usize)>,
}

impl Handed {
    pub(super) fn of(sources: Vec<Source>) -> Self {
        let mut handed = Self::default();
        sources.into_iter().for_each(|source| handed.add(source));
        handed
    }

    fn add(&mut self, Source { name, about, kind }: Source) {
        match kind {
            Kind::Journal(bytes, is_cut) => {
                self.cut.extend(is_cut.then(|| (name.clone(), MAX_JOURNAL)));
                let mut entries = Source::new(&name, &about);
                entries.take(journal_file_text(&bytes, is_of_server).as_bytes());
                self.add(entries);
            }
            Kind::Begun(bytes) => self.texts.push(Text { name, bytes }),
            Kind::Text(bytes, is_cut) => {
                self.cut.extend(is_cut.then(|| (name.clone(), MAX_TEXT)));
                self.texts.push(Text { name, bytes });
            }
            Kind::Log(log) => self.logs.push((name, *log)),
            Kind::Capture(reading) => self.captures.push((name, *reading)),
        }
    }
}
