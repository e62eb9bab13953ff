//! The lines of a text, each with its kind.

use std::borrow::Cow;
use std::collections::HashSet;

use super::source::Text;
use super::translated::in_english;
use crate::parse::kernel_log;
use crate::parse::kernel_log::Kernel;
use crate::parse::log_line;
use crate::parse::ssh_debug;
use crate::parse::ssh_debug::Dialogue;
use crate::parse::ssh_debug::Event;
use crate::parse::sshd_log;
use crate::parse::sshd_log::Level;
use crate::parse::sshd_log::What;

/// A line with what is around it taken away: colours, marks of quotation, a prompt.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    /// Its words.
    pub(super) text: Cow<'a, str>,
    pub(super) kind: Kind,
}

/// Who wrote a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Nobody that we know.
    Unknown,
    /// A server's log.
    Server,
    /// The ssh program.
    Client,
}

impl Line<'_> {
    pub(super) fn is_known(&self) -> bool {
        self.kind != Kind::Unknown
    }
}

/// A text by its lines.
#[derive(Debug)]
pub(super) struct Sorted<'a> {
    pub(super) name: &'a str,
    pub(super) lines: Vec<Line<'a>>,
    /// What the ssh program says in it.
    pub(super) dialogue: Dialogue,
}

impl<'a> Sorted<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        let bytes = text.bytes.as_slice();
        let mut lines: Vec<Line<'a>> = match String::from_utf8_lossy(bytes) {
            Cow::Borrowed(text) => (1..)
                .zip(text.split('\n'))
                .map(|(number, text)| Line { number, text: clean(text), kind: Kind::Unknown })
                .collect(),
            Cow::Owned(text) => (1..)
                .zip(text.split('\n'))
                .map(|(number, text)| {
                    let text = Cow::Owned(clean(text).into_owned());
                    Line { number, text, kind: Kind::Unknown }
                })
                .collect(),
        };
        if bytes.starts_with(b"__") && log_line::records(bytes).next().is_some() {
            // One record is many lines here.
            lines.iter_mut().for_each(|line| line.kind = Kind::Server);
        }
        let of_server = |line: &&mut Line<'_>| has_head(&line.text) || has_undated_head(&line.text);
        lines.iter_mut().filter(of_server).for_each(|line| line.kind = Kind::Server);
        if speaks_server(&lines) {
            lines.iter_mut().for_each(|line| line.kind = Kind::Server);
        }
        let is_rest = |line: &Line<'_>| {
            line.kind == Kind::Unknown && !is_marked(&line.text) && !is_of_telnet(&line.text)
        };
        let rest: Vec<&str> =
            lines.iter().map(|line| if is_rest(line) { &*line.text } else { "" }).collect();
        let dialogue = ssh_debug::parse_ssh_debug(rest.join("\n").as_bytes());
        let own = |event: &&ssh_debug::LoggedEvent| {
            !matches!(event.event, Event::Output(_) | Event::AuthBanner(_) | Event::ProxyText(_))
        };
        let numbers: HashSet<usize> =
            dialogue.events.iter().filter(own).map(|event| event.line as usize).collect();
        for line in lines.iter_mut().filter(|line| line.kind == Kind::Unknown) {
            if numbers.contains(&line.number) {
                line.kind = Kind::Client;
            } else if is_headless_kernel(&line.text) || says_server(&line.text).is_some() {
                line.kind = Kind::Server;
            }
        }
        Self { name: &text.name, lines, dialogue }
    }

    /// How many lines there are; what follows the last end of a line is none if it is empty.
    pub(super) fn count(&self) -> usize {
        let is_rest = self.lines.last().is_some_and(|line| line.text.is_empty());
        self.lines.len() - usize::from(is_rest)
    }

    /// The lines that no other reader has taken.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &Line<'a>> {
        self.lines.iter().filter(|line| !line.is_known() && !line.text.trim().is_empty())
    }

    /// The same, and those of ssh that its reader made nothing of.
    pub(super) fn unread(&self, client_said: bool) -> impl Iterator<Item = &Line<'a>> {
        self.lines.iter().filter(move |line| {
            let is_open = !line.is_known() || line.kind == Kind::Client && !client_said;
            is_open && !line.text.trim().is_empty()
        })
    }

    /// The text with all but the lines of a kind left empty, so that numbers stay.
    pub(super) fn of_kind(&self, kind: Kind) -> String {
        let own = |line: &Line<'a>| match line.kind == kind {
            // As dmesg shows it.
            true if is_headless_kernel(&line.text) => format!("[0.000000] {}", line.text.trim()),
            true if has_undated_head(&line.text) => format!("{UNDATED} {}", line.text),
            true if kind == Kind::Server => without_program(&line.text).to_owned(),
            true => line.text.clone().into_owned(),
            false => String::new(),
        };
        self.lines.iter().map(own).collect::<Vec<_>>().join("\n")
    }
}

/// Whether the head of a line names a program whose log is read.
fn has_head(text: &str) -> bool {
    let Some(record) = log_line::records(text.as_bytes()).next() else { return false };
    is_of_server(record.program)
}

/// What is put before a line whose date was not copied.
const UNDATED: &str = "1970-01-01T00:00:00+00:00 -";

/// Whether a line begins with a program other than sshd, whose date was not copied: `systemd[1]: …`.
fn has_undated_head(text: &str) -> bool {
    let Some((program, rest)) = text.split_once([':', '[']) else { return false };
    let is_word = program.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let is_head = rest.starts_with(' ') || rest.contains("]: ");
    is_word && is_head && !sshd_log::is_sshd(program) && is_of_server(program)
}

/// Whether the log of a program of this name is read.
pub(super) fn is_of_server(program: &str) -> bool {
    let program = program.rsplit('/').next().unwrap_or_default();
    let program = program.split('(').next().unwrap_or_default();
    sshd_log::is_sshd(program)
        || matches!(program, "systemd" | "kernel" | "audit" | "systemd-logind")
}

/// What the kernel says, where only its words were copied.
fn is_headless_kernel(text: &str) -> bool {
    let text = text.trim();
    // With a head it is another line's part.
    let said = kernel_log::parse(text);
    // A full disk is told by programs in the same words.
    let is_own = said.is_some_and(|said| !matches!(said, Kernel::Disk { .. }));
    is_own && !text.starts_with("[ ") && !has_head(text)
}

/// `sshd[900]: MESSAGE`, with the date cut off.
fn without_program(text: &str) -> &str {
    let named = text.trim_start();
    let Some((program, message)) = named.split_once("]: ") else { return text };
    let is_sshd = program.split_once('[').is_some_and(|(name, _)| sshd_log::is_sshd(name));
    if is_sshd { message } else { text }
}

/// What a line without a head says, in the words of a server alone.
fn says_server(text: &str) -> Option<What> {
    // `package.Class: words` is of a program of another kind.
    let is_name = |name: &str| name.contains('.') && !name.contains(' ');
    let named = text.split_once(": ").is_some_and(|(name, _)| is_name(name));
    let message = without_program(text);
    let said = sshd_log::parse(message.trim()).filter(|_| !named)?;
    // ssh puts no level before its errors.
    let is_own = message.len() < text.len()
        || said.what == What::Shortage && matches!(said.level, Level::Error | Level::Fatal);
    let is_both = matches!(
        said.what,
        What::ClosedByPeer
            | What::ResetByPeer
            | What::TimedOut
            | What::Disconnecting
            | What::ReceivedDisconnect
            | What::Disconnected
            | What::Shortage
            | What::Fatal
            | What::NotNeeded
            | What::Unprivileged
    );
    let is_sure = is_own || said.phase.is_some() || (!is_both && said.level != Level::Debug);
    is_sure.then_some(said.what)
}

/// What telnet says reads like ssh's own.
fn is_of_telnet(text: &str) -> bool {
    text.contains("closed by foreign host")
}

/// Marks that only a server's lines bear.
fn is_marked(text: &str) -> bool {
    const MARKS: [&str; 6] = [
        "[preauth]",
        "[postauth]",
        " authenticating user ",
        " invalid user ",
        "sshd[",
        "sshd_config",
    ];
    MARKS.iter().any(|mark| text.contains(mark)) && !text.contains("debug1: Connecting")
}

/// Whether lines without heads are those of `sshd -d` or of a file that `sshd -E` wrote.
fn speaks_server(lines: &[Line<'_>]) -> bool {
    const WORDS: [&str; 6] = [
        "debug1: sshd version",
        "Server will not fork",
        "Server listening on",
        "debug1: userauth-request for user",
        "debug1: inetd sockets",
        "debug1: rexec",
    ];
    lines.iter().filter(|line| line.kind == Kind::Unknown).any(|line| {
        let client = line.text.contains("debug1: Connecting to");
        !client && WORDS.iter().any(|words| line.text.contains(words))
    })
}

/// Takes away line ends, colours, marks of quotation and of code.
fn clean(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_end_matches('\r');
    let trimmed = trimmed.trim_start_matches('\u{feff}');
    let quoted = ["> ", "| ", "    "].iter().find_map(|mark| trimmed.strip_prefix(mark));
    let plain = without_label(without_prompt(quoted.unwrap_or(trimmed)));
    if let Cow::Owned(english) = in_english(plain) {
        return Cow::Owned(english);
    }
    if plain.contains(|c: char| c.is_control() && c != '\t') {
        return Cow::Owned(ssh_debug::without_controls(plain).into_owned());
    }
    Cow::Borrowed(plain)
}

/// Takes away what a person writes before a line: `server log: …`, `on the client: …`.
fn without_label(text: &str) -> &str {
    const LAST: [&str; 7] = ["log", "logs", "server", "client", "output", "says", "side"];
    let Some((label, rest)) = text.split_once(": ") else { return text };
    let mut words = label.split(' ');
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    let is_label = label.len() < 40
        && words.clone().all(is_word)
        && words.next_back().is_some_and(|last| LAST.contains(&last));
    if is_label { rest } else { text }
}

/// Takes away the prompt of a shell, `$ ` or `NAME@HOST:FOLDER$ `, after which the words of a program may follow.
fn without_prompt(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix("$ ") {
        return rest;
    }
    let Some((head, rest)) = text.split_once(['$', '#', '%']) else { return text };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "@:~/._-[] ".contains(c);
    let is_prompt = head.len() < 64 && head.contains('@') && head.chars().all(is_name);
    match rest.strip_prefix(' ') {
        Some(rest) if is_prompt => rest,
        _ => text,
    }
}
