//! The first words of a connection: what the server said before any packet of SSH, and how a connection ended there.
//!
//! Must judge as the probe does that greets a server itself.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::connection::Connection;
use super::half::Half;
use super::verdict::End;
use super::verdict::SILENT;
use super::verdict::Verdict;
use super::verdict::silent;
use crate::evaluate::greeting;
use crate::model::question::Hello;
use crate::model::question::HelloAcked;
use crate::wire::ssh::foreign::ForeignService;
use crate::wire::ssh::ident::Rejected;
use crate::wire::ssh::ident::Scan;
use crate::wire::ssh::ident::Scanner;
use crate::wire::ssh::packet;

/// So many messages are in clear text at most.
const MESSAGES: usize = 16;
/// An acknowledgement waits no longer (RFC 9293 3.8.6.3).
const ACK_DELAY: f64 = 0.5;
/// SSH_MSG_KEXINIT (RFC 4253 12).
const KEXINIT: u8 = 20;
/// What the methods of key exchange use (RFC 4250 4.1.2).
const EXCHANGE: RangeInclusive<u8> = 30..=49;
/// No identification string is longer, with its end (RFC 4253 4.2).
const LONGEST: usize = 255;
/// So much of a text is shown.
const SHOWN: usize = 80;

/// What a server said in clear text.
pub(super) struct Said<'c> {
    /// Its identification string.
    pub(super) ident: Cow<'c, str>,
    pub(super) has_begun: bool,
    pub(super) has_replied: bool,
}

impl<'c> Said<'c> {
    /// `None` when its identification string is not there.
    pub(super) fn of(half: &'c Half) -> Option<Self> {
        let (ident, packets) = usual_ident(&half.bytes).or_else(|| ident(&half.bytes))?;
        let (mut has_begun, mut has_replied) = (false, false);
        // What is encrypted is no packet; what was cut off is no error.
        let messages = packet::messages(packets).chain(half.printed.iter().copied());
        for number in messages.take(MESSAGES) {
            has_begun |= number == KEXINIT;
            has_replied |= EXCHANGE.contains(&number);
        }
        Some(Self { ident, has_begun, has_replied })
    }
}

/// The identification string at the front and what follows, as nearly every server says it: there are many in a capture.
fn usual_ident(bytes: &[u8]) -> Option<(Cow<'_, str>, &[u8])> {
    let end = bytes.iter().take(LONGEST).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    let line = line.strip_suffix(b"\r")?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    let is_usual = line.starts_with(b"SSH-2.0-") && line.iter().all(is_plain);
    Some((str::from_utf8(line).ok().filter(|_| is_usual)?.into(), rest.get(1..)?))
}

fn ident(bytes: &[u8]) -> Option<(Cow<'_, str>, &[u8])> {
    let mut scanner = Scanner::new();
    let mut left = bytes;
    loop {
        // Line by line: what follows is read where it is.
        let end = left.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = left.split_at(end + 1);
        scanner.feed(line);
        left = rest;
        match scanner.poll()? {
            Scan::Ident(ident) => return Some((ident.line.into(), left)),
            Scan::OtherLine { .. } => {}
            Scan::Rejected(_) => return None,
        }
    }
}

/// What came instead of an identification string.
enum Other {
    Service(Option<ForeignService>, String),
    Malformed(String),
    /// Lines of text, and no end of the greeting.
    Text(String),
}

fn other(half: &Half) -> Other {
    let mut scanner = Scanner::new();
    scanner.feed(&half.bytes);
    let (mut lines, mut known) = (Vec::new(), None);
    loop {
        match scanner.poll() {
            Some(Scan::OtherLine { line, service }) => {
                known = known.or(service);
                lines.push(line);
            }
            Some(Scan::Rejected(Rejected::BadIdent(line))) => return Other::Malformed(line),
            Some(Scan::Rejected(Rejected::InvalidCharacters { start, service })) => {
                return Other::Service(service.or(known), start.escape_ascii().to_string());
            }
            Some(Scan::Rejected(Rejected::LineTooLong | Rejected::TooManyLines)) => {
                return Other::Service(known, "text without end".to_owned());
            }
            Some(Scan::Ident(_)) | None => break,
        }
    }
    let unfinished = scanner.service();
    let said = if lines.is_empty() {
        let first = half.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        String::from_utf8_lossy(first).trim_end().to_owned()
    } else {
        lines.join(" / ")
    };
    match known.or(unfinished) {
        Some(service) => Other::Service(Some(service), said),
        None => Other::Text(said),
    }
}

pub(super) fn hello(connection: &Connection, end: End<'_>, verdict: &mut Verdict) {
    let server = &connection.of_server;
    if !server.bytes.is_empty() {
        let first = connection.first;
        let shown = |text: String| text.chars().take(SHOWN).collect::<String>();
        match other(server) {
            Other::Service(service, text) => {
                verdict.broken("with a service that is not SSH");
                let text = shown(text);
                verdict.show(Hello::OtherService, first, text.clone());
                verdict.show(greeting::foreign(service), first, text);
                return;
            }
            Other::Malformed(text) => {
                verdict.broken("with an identification that is malformed");
                verdict.show(Hello::Malformed, first, shown(text));
                return;
            }
            Other::Text(text) if !matches!(end, End::Reset(_) | End::Closed(_)) => {
                verdict.broken("with text and no identification");
                verdict.show(Hello::Malformed, first, shown(text));
                return;
            }
            // As sshd does that has no place.
            Other::Text(text) => verdict.show(greeting::notice(&text), first, shown(text)),
        }
    }
    let opened = connection.saw_syn_ack.map_or(connection.began, |(_, at)| at);
    let ended = |verdict: &mut Verdict, answer: Hello, packet: u64, at: f64| {
        let after = at - opened;
        verdict.show(answer, packet, format!("{after:.3} s after the connection opened"));
        let round_trip = Duration::try_from_secs_f64(opened - connection.began).unwrap_or_default();
        let whole = Duration::try_from_secs_f64(after).unwrap_or_default();
        let delay = greeting::delay(whole, round_trip);
        verdict.show(delay, packet, format!("{after:.3} s"));
    };
    match end {
        End::Reset(reset) => {
            verdict.broken("reset before SSH starts");
            ended(verdict, Hello::Reset, reset.packet, reset.at);
            verdict.origin(connection, reset);
        }
        End::Closed(packet) => {
            verdict.broken("closed before SSH starts");
            ended(verdict, Hello::Closed, packet, connection.last.1);
        }
        End::Silent => silent(connection, Hello::Silent.into(), verdict),
        End::Left | End::Open if connection.last.1 - opened >= SILENT => {
            silent(connection, Hello::Silent.into(), verdict);
        }
        End::Left => verdict.outcome = "that the client left at once (a scan or a health check)",
        End::Open => verdict.outcome = "of which the end is missing",
    }
    heard(connection, end, verdict);
}

/// Whether the server got what the client said, where that can be known: it may end before an acknowledgement is due.
fn heard(connection: &Connection, end: End<'_>, verdict: &mut Verdict) {
    let client = &connection.of_client;
    let said = client.sent;
    if !verdict.is_broken || said == 0 {
        return;
    }
    let acked = match end {
        End::Reset(reset) => client.acked.max(reset.other_acked),
        _ => client.acked,
    };
    let is_acked = acked >= said;
    let ended = match end {
        End::Reset(reset) => reset.at,
        _ => connection.last.1,
    };
    if !is_acked && ended - client.last_at < ACK_DELAY {
        return;
    }
    let answer = if is_acked { HelloAcked::Acked } else { HelloAcked::NotAcked };
    let words = format!("{} of {said} bytes of the client", acked.min(said));
    verdict.show(answer, connection.last.0, words);
}
