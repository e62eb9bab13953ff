//! How far a connection got, and how it ended there.

use std::borrow::Cow;

use super::Shown;
use super::connection::Connection;
use super::connection::Reset;
use super::hello::Said;
use super::hello::hello;
use super::origin;
use super::round_trip::RoundTrips;
use crate::model::question::Answer;
use crate::model::question::Connect;
use crate::model::question::Hello;
use crate::model::question::IdleEnd;
use crate::model::question::KexInit;
use crate::model::question::KexReply;
use crate::model::question::Listener;
use crate::model::question::ServerFilter;
use crate::model::question::SynArrives;
use crate::model::question::Unacked;
use crate::wire::icmp::IcmpError;

/// Silence of so many seconds is more than a slow moment.
pub(super) const SILENT: f64 = 3.0;
/// What comes later than so many seconds was not under way already.
const ALIVE: f64 = 1.0;
/// A session that lay still for so many seconds lay idle.
const IDLE: f64 = 30.0;
/// Who has sent so many bytes is past the key exchange, whatever of it was captured.
const LONG: usize = 6000;
/// Larger than what every path lets pass (RFC 791: 576 with headers).
const LARGE: usize = 536;

/// What became of a connection.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) outcome: &'static str,
    pub(super) is_broken: bool,
    pub(super) shown: Vec<Shown>,
    pub(super) notes: Vec<String>,
    round_trips: RoundTrips,
}

/// How the server's part ended.
#[derive(Clone, Copy)]
pub(super) enum End<'c> {
    Reset(&'c Reset),
    Closed(u64),
    Silent,
    /// The client ended it.
    Left,
    /// The capture ends before it does.
    Open,
}

/// The verdict; how long the way takes tells a reset that comes too soon.
pub(super) fn of(connection: &Connection, round_trips: RoundTrips) -> Verdict {
    let mut verdict = Verdict {
        outcome: "in order",
        is_broken: false,
        shown: Vec::new(),
        notes: Vec::new(),
        round_trips,
    };
    let end = end(connection);
    for reset in connection.resets.iter().filter(|reset| connection.went_on(reset)) {
        let off = reset.off.map_or(String::new(), |off| format!(" (its number is {off} off)"));
        let packet = reset.packet;
        verdict.notes.push(format!("packet {packet}: a reset that nobody heeded{off}"));
    }
    if connection.saw_syn_ack.is_none() && connection.syns > 0 {
        connect(connection, &mut verdict);
        return verdict;
    }
    if connection.saw_syn_ack.is_some()
        && connection.syns > 1
        && connection.of_client.acks.is_none()
        && connection.resets.is_empty()
    {
        unanswered(connection, &mut verdict);
        return verdict;
    }
    let whole = connection.saw_syn_ack;
    if let Some((packet, _)) = whole {
        verdict.show(Connect::Established, packet, "SYN-ACK");
    }
    let server = &connection.of_server;
    let Some(Said { ident, has_begun, has_replied }) = Said::of(server) else {
        if whole.is_some() || !server.bytes.is_empty() {
            hello(connection, end, &mut verdict);
        } else {
            verdict.outcome = "of which the beginning is missing";
        }
        return verdict;
    };
    verdict.show(Hello::Identification, connection.first, ident.into_owned());
    let is_known = !server.printed.is_empty() || server.bytes.len() >= server.sent as usize;
    if has_begun {
        verdict.show(KexInit::Received, connection.first, "the server's KEXINIT");
    }
    if has_replied || server.sent as usize > LONG {
        verdict.show(KexReply::Received, connection.first, "the server's reply");
        session(connection, end, &mut verdict);
    } else if is_known {
        let stage = if has_begun { Stage::KexReply } else { Stage::KexInit };
        exchange(connection, end, stage, &mut verdict);
    }
    verdict
}

impl Verdict {
    pub(super) fn show(
        &mut self,
        answer: impl Into<Answer>,
        packet: u64,
        text: impl Into<Cow<'static, str>>,
    ) {
        self.shown.push(Shown { answer: answer.into(), packet, text: text.into() });
    }

    pub(super) fn broken(&mut self, outcome: &'static str) {
        (self.outcome, self.is_broken) = (outcome, true);
    }

    /// Who sent the reset, where the packets tell.
    pub(super) fn origin(&mut self, connection: &Connection, reset: &Reset) {
        if let Some((who, words)) = origin::of(connection, reset, self.round_trips) {
            self.show(who, reset.packet, words);
        }
    }
}

fn end(connection: &Connection) -> End<'_> {
    let (client, server) = (connection.of_client.fin, connection.of_server.fin);
    let reset = connection.resets.iter().find(|reset| !connection.went_on(reset));
    let of_client = reset.filter(|r| !r.by_server).map(|r| r.packet);
    let left = [client, of_client].into_iter().flatten().min();
    if let Some(reset) = reset.filter(|r| r.by_server && left.is_none_or(|left| r.packet < left))
        && server.is_none_or(|fin| reset.packet < fin)
    {
        return End::Reset(reset);
    }
    match (server, left) {
        (Some(fin), Some(left)) if left < fin => End::Left,
        (Some(fin), _) => End::Closed(fin),
        (None, Some(_)) => End::Left,
        _ => {
            let waits = connection.of_client.again.is_some_and(|(_, n)| n >= 2);
            if waits { End::Silent } else { End::Open }
        }
    }
}

/// The client repeats its SYN, so that the SYN-ACK, which this capture holds, has not come to it.
fn unanswered(connection: &Connection, verdict: &mut Verdict) {
    verdict.broken("whose SYN-ACK did not reach the client");
    let words = format!("{} SYNs, and a SYN-ACK that is never acknowledged", connection.syns);
    verdict.show(SynArrives::Arrives, connection.first, words.clone());
    if let Some((packet, _)) = connection.saw_syn_ack {
        verdict.show(Listener::Listens, packet, "SYN-ACK");
        verdict.show(ServerFilter::Admits, packet, "SYN-ACK");
    }
    verdict.show(Connect::Silent, connection.last.0, words);
}

fn connect(connection: &Connection, verdict: &mut Verdict) {
    if let Some(reset) = connection.resets.iter().find(|r| r.by_server) {
        verdict.broken("refused by a reset");
        verdict.show(Connect::Reset, reset.packet, "RST in answer to the SYN");
        return;
    }
    if let Some((error, sender, packet)) = connection.error {
        let answer = match error {
            IcmpError::PortUnreachable => Connect::PortUnreachable,
            IcmpError::HostUnreachable => Connect::HostUnreachable,
            IcmpError::NetUnreachable => Connect::NetUnreachable,
            IcmpError::AdminProhibited | IcmpError::HostProhibited | IcmpError::NetProhibited => {
                Connect::AdminProhibited
            }
            _ => Connect::OtherIcmp,
        };
        verdict.broken("refused by ICMP");
        verdict.show(answer, packet, format!("{error} from {sender}"));
        return;
    }
    if connection.syns > 1 {
        verdict.broken("without an answer to the SYN");
        let words = format!("{} SYNs, no answer", connection.syns);
        verdict.show(Connect::Silent, connection.last.0, words);
    } else {
        verdict.outcome = "with a SYN and no more in this capture";
    }
}

pub(super) fn silent(connection: &Connection, answer: Answer, verdict: &mut Verdict) {
    verdict.broken("on which the server fell silent");
    let seconds = connection.last.1 - connection.began;
    let words = format!("nothing more of the server in {seconds:.1} s");
    verdict.show(answer, connection.last.0, words);
    if connection.of_server.has_closed_window {
        let words = "the server's window is closed: its program does not read what came";
        verdict.notes.push(words.to_owned());
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Stage {
    KexInit,
    KexReply,
}

fn exchange(connection: &Connection, end: End<'_>, stage: Stage, verdict: &mut Verdict) {
    let answer = |init: KexInit, reply: KexReply| -> Answer {
        if stage == Stage::KexInit { init.into() } else { reply.into() }
    };
    let waited = connection.last.1 - connection.began;
    match end {
        End::Reset(reset) => {
            verdict.broken("reset in the key exchange");
            let words = format!("{:.3} s after it began", reset.at - connection.began);
            verdict.show(answer(KexInit::Reset, KexReply::Reset), reset.packet, words);
            verdict.origin(connection, reset);
        }
        End::Closed(packet) => {
            verdict.broken("closed in the key exchange");
            let words = "FIN of the server".to_owned();
            verdict.show(answer(KexInit::Closed, KexReply::Closed), packet, words);
        }
        End::Silent => {
            silent(connection, answer(KexInit::Silent, KexReply::Silent), verdict);
            unacked(connection, verdict);
        }
        End::Left | End::Open if waited >= SILENT && connection.of_client.again.is_some() => {
            silent(connection, answer(KexInit::Silent, KexReply::Silent), verdict);
            unacked(connection, verdict);
        }
        End::Left => verdict.outcome = "that the client left in the key exchange",
        End::Open => verdict.outcome = "of which the end is missing",
    }
}

fn unacked(connection: &Connection, verdict: &mut Verdict) {
    let client = &connection.of_client;
    let Some((length, count)) = client.again else { return };
    if client.acked >= client.sent {
        return;
    }
    let is_large = length > LARGE && length > client.longest_acked;
    // Only who still hears the server knows that it is the size, and not that nothing passes any more.
    let is_behind = client.sacked > client.acked;
    let is_alive = is_behind || connection.of_server.last_at - client.again_since > ALIVE;
    let behind = if is_behind { "; a smaller one that was sent later came through" } else { "" };
    let words = format!(
        "a segment of {length} bytes was sent {} times and never acknowledged; the longest that was: {}{behind}",
        count + 1,
        client.longest_acked
    );
    match (is_large, is_alive) {
        (true, true) => verdict.show(Unacked::LargeSegment, connection.last.0, words),
        (true, false) => verdict.notes.push(format!(
            "{words}; nothing of the server came afterwards, so that it may be the size or that nothing passes any more"
        )),
        (false, _) => verdict.show(Unacked::Everything, connection.last.0, words),
    }
}

/// Encrypted: only that it ends is seen.
fn session(connection: &Connection, end: End<'_>, verdict: &mut Verdict) {
    match end {
        End::Reset(reset) if reset.at - connection.last.1 >= IDLE || connection.gap >= IDLE => {
            verdict.broken("reset after lying idle");
            let still = (reset.at - connection.last.1).max(connection.gap);
            let words = format!("after {still:.0} s without a packet");
            verdict.show(IdleEnd::Reset, reset.packet, words);
            verdict.origin(connection, reset);
        }
        End::Reset(reset) => {
            verdict.outcome = "reset in the encrypted part";
            let who = origin::of(connection, reset, verdict.round_trips)
                .map_or(String::new(), |(_, w)| format!("; {w}"));
            verdict.notes.push(format!(
                "packet {}: a reset in the encrypted part, of which the packets do not say more{who}",
                reset.packet
            ));
        }
        End::Silent => {
            verdict.broken("that fell silent in the encrypted part");
            let words = "what the client sent again is never acknowledged".to_owned();
            verdict.show(IdleEnd::Silence, connection.last.0, words);
        }
        End::Closed(_) | End::Left => {
            let late = connection.resets.len();
            if late > 0 {
                verdict.notes.push(format!(
                    "{late} resets after the end in good order are harmless: data came when the socket was gone"
                ));
            }
        }
        End::Open => {}
    }
}
