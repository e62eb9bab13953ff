//! What an ssh client says on standard error, at any verbosity: `ssh`, `ssh -v` to `ssh -vvv`; OpenSSH 5 to 10.
//!
//! Reads lines as they come, or a whole log that somebody pasted, with colours, time stamps, quotation marks and other text
//! around it. Must never hold more than a bounded part of a log, and never conclude: the events are evidence.

use std::collections::VecDeque;

mod attempt;
mod event;
mod line;
mod milestone;
mod proposal;
mod recognise;
mod speaker;

pub use self::attempt::Attempt;
pub use self::attempt::Ending;
pub use self::attempt::Proposal;
pub use self::event::AlgorithmKind;
pub use self::event::BadIdent;
pub use self::event::Choice;
pub use self::event::End;
pub use self::event::Event;
pub use self::event::HostKey;
pub use self::event::Key;
pub use self::event::KeyFileTrouble;
pub use self::event::Peer;
pub use self::event::ProposalList;
pub use self::event::SessionRequest;
pub use self::event::Sharing;
pub use self::event::Side;
pub use self::event::SystemError;
use self::line::Line;
use self::line::MAX_LINE_BYTES;
use self::line::Prefix;
pub(crate) use self::line::without_controls;
pub use self::milestone::Milestone;
use self::proposal::ProposalReader;
use self::recognise::recognise;
use self::speaker::Speakers;
use crate::parse::ssh_g::parse_client_error;

/// The first and the last so many events are kept: a long session says little in between.
const MAX_EVENTS_EACH_END: usize = 2048;

/// A line that holds the text `\\r\\n` and is longer than this is a quoted log; a message that mentions it is shorter.
const MAX_QUOTED_LINE_BYTES: usize = 512;

/// The end of a line in a quoted log.
const QUOTED_END: &[u8] = b"\\r\\n";

/// Longest text kept with an event, in characters.
const MAX_TEXT_CHARS: usize = 400;

/// All that was understood of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialogue {
    /// The events in the order of their lines; in a long log those of the middle are left out.
    pub events: Vec<LoggedEvent>,
    /// How many events were left out between the first and the last.
    pub omitted: u64,
    /// The clients that spoke, in the order in which they started.
    pub attempts: Vec<Attempt>,
    /// How many lines were read.
    pub lines: u32,
}

/// An event and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Line number from 1.
    pub line: u32,
    /// Which client said it: an index into [`Dialogue::attempts`].
    pub attempt: u16,
    /// What it said.
    pub event: Event,
    /// Its words without prefix and control characters, shortened.
    pub text: String,
}

impl Dialogue {
    /// The attempt to reach the host that was asked for; of several runs in one log, the last.
    pub fn target(&self) -> Option<&Attempt> {
        self.attempts.iter().rfind(|attempt| attempt.carries.is_none())
    }

    /// The attempts to reach jump hosts on the way of the target's run, the one nearest to the target first.
    pub fn jumps(&self) -> Vec<&Attempt> {
        let mut jumps = Vec::new();
        let mut carried = self.attempts.iter().rposition(|attempt| attempt.carries.is_none());
        while let Some(index) = carried {
            let carrier = |attempt: &&Attempt| attempt.carries.map(usize::from) == Some(index);
            // A carrier always starts after what it carries, so this ends.
            let found = self.attempts.iter().enumerate().skip(index + 1).find(|(_, a)| carrier(a));
            jumps.extend(found.map(|(_, attempt)| attempt));
            carried = found.map(|(index, _)| index);
        }
        jumps
    }

    /// The last milestone on the way to the target; `None` when no client spoke.
    pub fn furthest(&self) -> Option<Milestone> {
        self.target().map(|attempt| attempt.furthest)
    }

    /// How the attempt to reach the target ended.
    pub fn ending(&self) -> Ending {
        self.target().map_or(Ending::Unfinished, |attempt| attempt.ending.clone())
    }
}

/// Reads a whole log. Bytes that are not UTF-8 are replaced.
pub fn parse_ssh_debug(log: &[u8]) -> Dialogue {
    let mut scanner = Scanner::default();
    scanner.feed(log);
    scanner.finish()
}

/// Reads a log piece by piece, as it is written.
#[derive(Debug, Default)]
pub struct Scanner {
    /// The beginning of a line whose end has not come, bounded.
    partial: Vec<u8>,
    line: u32,
    prefix: Prefix,
    /// Whether the client's own lines end in CR LF here; a paste loses that.
    crlf: bool,
    proposals: ProposalReader,
    speakers: Speakers,
    head: Vec<LoggedEvent>,
    tail: VecDeque<LoggedEvent>,
    omitted: u64,
}

impl Scanner {
    /// Reads more bytes; a line counts when its LF has come.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.split_inclusive(|byte| *byte == b'\n');
        for piece in &mut pieces {
            match piece.strip_suffix(b"\n") {
                Some(end) if self.partial.is_empty() => self.line(end),
                Some(end) => {
                    self.keep_partial(end);
                    let whole = std::mem::take(&mut self.partial);
                    self.line(&whole);
                }
                None => self.keep_partial(piece),
            }
        }
    }

    /// How far the attempt to reach the target got until now; `None` when no client spoke.
    pub fn furthest(&self) -> Option<Milestone> {
        let target = self.speakers.attempts.iter().rfind(|attempt| attempt.carries.is_none());
        target.map(|attempt| attempt.furthest)
    }

    /// Ends the log: the last line needs no LF.
    pub fn finish(mut self) -> Dialogue {
        let rest = std::mem::take(&mut self.partial);
        if !rest.is_empty() {
            self.line(&rest);
        }
        let mut events = self.head;
        events.extend(self.tail);
        Dialogue {
            events,
            omitted: self.omitted,
            attempts: self.speakers.attempts,
            lines: self.line,
        }
    }

    fn keep_partial(&mut self, piece: &[u8]) {
        let room = MAX_LINE_BYTES.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    fn line(&mut self, raw: &[u8]) {
        self.line = self.line.saturating_add(1);
        // Programs that quote a log as one string (JSON, Ansible) write its line ends as four characters.
        if raw.len() > MAX_QUOTED_LINE_BYTES && position(raw, QUOTED_END).is_some() {
            let mut rest = raw;
            while let Some(at) = position(rest, QUOTED_END) {
                self.single(rest.get(..at).unwrap_or_default());
                rest = rest.get(at + QUOTED_END.len()..).unwrap_or_default();
            }
            self.single(rest);
            return;
        }
        self.single(raw);
    }

    fn single(&mut self, raw: &[u8]) {
        let raw = raw.get(..MAX_LINE_BYTES).unwrap_or(raw);
        let decoded = String::from_utf8_lossy(raw);
        let clean = without_controls(&decoded);
        let line = self.prefix.strip(&clean);
        self.crlf |= line.crlf && line.level > 0;
        if let Some(list) = self.proposals.read(&line) {
            if let Some(event) = list {
                self.record(event, line.text);
            }
            return;
        }
        let recognised = if self.is_foreign(&line) { None } else { recognise(&line) };
        if let Some(event) = recognised.or_else(|| self.unrecognised(&line)) {
            self.record(event, line.text);
        }
    }

    /// Whether the line is surely not ssh's own: its lines end in CR LF, those of the server's banner and of remote programs
    /// without a terminal in LF.
    fn is_foreign(&self, line: &Line<'_>) -> bool {
        let encrypted = self.speakers.current().is_some_and(|a| a.furthest >= Milestone::Encrypted);
        let own = line.crlf || line.level > 0 || line.text.starts_with("OpenSSH_");
        self.crlf && encrypted && !own
    }

    /// What a line is that is not one of ssh's, by the place where it stands.
    fn unrecognised(&self, line: &Line<'_>) -> Option<Event> {
        let text = line.text.trim_end();
        if line.level > 0 || text.is_empty() {
            return None;
        }
        let current = self.speakers.current();
        let furthest = current.map_or(Milestone::Started, |attempt| attempt.furthest);
        if furthest < Milestone::Connecting
            && let Some(error) = parse_client_error(text)
        {
            return Some(Event::ClientError(error));
        }
        if is_own_remark(text) || current.is_none_or(|attempt| attempt.ending != Ending::Unfinished)
        {
            return None;
        }
        if furthest >= Milestone::Authenticated {
            return Some(Event::Output(shortened(text)));
        }
        if furthest >= Milestone::Encrypted {
            return Some(Event::AuthBanner(shortened(text)));
        }
        let through_proxy = current.is_some_and(|attempt| attempt.proxied);
        let before_server = furthest < Milestone::IdentReceived;
        (through_proxy && before_server).then(|| Event::ProxyText(shortened(text)))
    }

    fn record(&mut self, event: Event, text: &str) {
        let (attempt, news) = self.speakers.note(&event, self.line);
        if !news || is_bulk(&event) {
            return;
        }
        let logged =
            LoggedEvent { line: self.line, attempt, event, text: shortened(text.trim_end()) };
        if self.head.len() < MAX_EVENTS_EACH_END {
            self.head.push(logged);
            return;
        }
        if self.tail.len() >= MAX_EVENTS_EACH_END {
            self.tail.pop_front();
            self.omitted = self.omitted.saturating_add(1);
        }
        self.tail.push_back(logged);
    }
}

/// Packets that carry a session's data tell nothing, and there are as many as the session is long.
fn is_bulk(event: &Event) -> bool {
    matches!(event, Event::Packet { number: 2 | 4 | 93..=96, .. })
}

/// Remarks and prompts of ssh itself that are no event.
fn is_own_remark(text: &str) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "** ",
        "  #",
        "@@@",
        "Are you sure you want to continue",
        "Bytes per second: ",
        "Host key fingerprint is ",
        "It is required that your private key",
        "Keyboard-interactive authentication is disabled",
        "Password authentication is disabled",
        "Pseudo-terminal will not be allocated",
        "Shared connection to ",
        "This private key will be ignored",
        "Warning: ",
        "debug",
    ];
    let prompt = ["assword:", "assphrase:", "code:"].iter().any(|end| text.ends_with(end));
    // `@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @`
    let boxed = text.starts_with("@  ") && text.ends_with("  @");
    prompt || boxed || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

fn position(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests;
