//! Which lines are about the same connection, and how it ended.

use std::collections::HashMap;
use std::net::IpAddr;

use super::events::Event;
use super::events::Log;
use super::reason;
use super::reason::Weight;
use crate::model::question::ServerLog;
use crate::parse::log_line::MICROS;
use crate::parse::sshd_log::Phase;
use crate::parse::sshd_log::What;

/// How our own probes introduce themselves: as software, and where a first line is not SSH.
const OUR_SOFTWARE: &str = "OpenSSH_9.9 sshwhy";
const OUR_LINE: &str = "HELO sshwhy";

/// After the end of a connection its processes write no more than so long, in microseconds.
const AFTER_END: i64 = 5 * MICROS;

/// A connection, by its lines.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    /// The client, as soon as a line names it.
    pub(super) source: Option<IpAddr>,
    /// The client's port.
    pub(super) port: Option<u16>,
    /// When the last line was written.
    pub(super) last: i64,
    ended: bool,
    events: Vec<usize>,
}

/// How a connection went.
#[derive(Clone, Copy, Debug)]
pub(super) enum State<'a> {
    /// The user was let in, and nothing is said against it.
    Succeeded(&'a Event),
    /// It failed, and this line says why.
    Explained(ServerLog, &'a Event),
    /// It ended in a way that says little, also of who ended it.
    Hint(ServerLog, &'a Event),
    /// It failed, and no line says why; whether it came as far as a user's name.
    Unexplained(&'a Event, bool),
}

impl State<'_> {
    /// Whether it says more than that a connection ended.
    pub(super) fn is_telling(&self) -> bool {
        match self {
            Self::Succeeded(_) | Self::Explained(..) | Self::Unexplained(_, true) => true,
            Self::Hint(..) | Self::Unexplained(_, false) => false,
        }
    }
}

impl Connection {
    /// Its lines.
    pub(super) fn events<'a>(&self, log: &'a Log) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.events.iter().filter_map(|index| log.events.get(*index))
    }

    /// Whether it was one of sshwhy's own probes.
    pub(super) fn is_ours(&self, log: &Log) -> bool {
        self.events(log).any(|event| match event.what() {
            Some(What::NotSsh) => event.detail.starts_with(OUR_LINE),
            Some(What::ClientSoftware) => event.detail.contains(OUR_SOFTWARE),
            _ => false,
        })
    }

    /// How it went; `None` when it goes on, or when nothing is said.
    pub(super) fn state<'a>(&self, log: &'a Log, begin: u32) -> Option<State<'a>> {
        let accepted = self.events(log).rfind(|event| event.what() == Some(What::Accepted));
        // What was refused before another method was accepted did not end the connection.
        let counts = |event: &&Event| {
            let after = accepted.is_none_or(|accepted| event.at >= accepted.at);
            after || event.what() == Some(What::PasswordExpired)
        };
        let mut best: Option<(Weight, ServerLog, &Event)> = None;
        for event in self.events(log).filter(counts) {
            let Some((weight, answer)) = reason::of(event, begin) else { continue };
            let in_session = accepted.is_none() || weight.in_session;
            if in_session && best.is_none_or(|(known, ..)| weight >= known) {
                best = Some((weight, answer, event));
            }
        }
        match (best, accepted) {
            (Some((weight, answer, event)), _) if weight.explains() => {
                Some(State::Explained(answer, event))
            }
            (_, Some(accepted)) => Some(State::Succeeded(accepted)),
            (Some((_, answer, event)), None) => Some(State::Hint(answer, event)),
            (None, None) => self.unexplained(log),
        }
    }

    fn unexplained<'a>(&self, log: &'a Log) -> Option<State<'a>> {
        let last = self.events(log).rfind(|event| event.what() != Some(What::ConnectionFrom))?;
        let closed_at_once =
            last.what() == Some(What::ClosedByPeer) && last.phase.is_none() && !self.has_user(log);
        if closed_at_once {
            // Up to 9.9 only the end before an identification string has no mark; later ones say
            // so in words of their own.
            return Some(State::Hint(ServerLog::LeftEarly, last));
        }
        (self.ended || self.has_user(log)).then(|| State::Unexplained(last, self.has_user(log)))
    }

    /// Whether a line says that it is over.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    fn has_user(&self, log: &Log) -> bool {
        self.events(log).any(|event| event.user.is_some())
    }

    /// Whether a line can be about this connection, as far as its client and port say.
    fn admits(&self, event: &Event) -> bool {
        let source = self.source.is_none() || event.source.is_none() || self.source == event.source;
        let port = self.port.is_none() || event.port.is_none() || self.port == event.port;
        let late = self.ended && event.at - self.last > AFTER_END;
        source && port && !late
    }
}

/// The connections of a log, each in the order of its lines.
pub(super) fn connections(log: &Log) -> Vec<Connection> {
    let mut all: Vec<Connection> = Vec::new();
    let mut by_pid: HashMap<u32, usize> = HashMap::new();
    let mut by_end: HashMap<(IpAddr, u16), usize> = HashMap::new();
    for (index, event) in log.events.iter().enumerate() {
        let Some(what) = event.what().filter(|what| is_of_connection(*what)) else { continue };
        let end = event.source.zip(event.port);
        let by_listener = is_by_listener(what);
        // A line of the listener's carries its number, and is about another process.
        let pid = if by_listener { event.about } else { event.pid };
        let fits = |known: Option<&usize>| {
            let known = *known?;
            all.get(known)?.admits(event).then_some(known)
        };
        let begins = what == What::ConnectionFrom && event.phase.is_none();
        let known = match what {
            What::StartupsDrop | What::PenaltyDrop => None,
            _ if begins => fits(pid.and_then(|pid| by_pid.get(&pid))).filter(|_| pid.is_none()),
            _ => fits(pid.and_then(|pid| by_pid.get(&pid)))
                .or_else(|| fits(end.and_then(|end| by_end.get(&end)))),
        };
        let known = known.unwrap_or_else(|| {
            all.push(Connection {
                source: None,
                port: None,
                last: event.at,
                ended: false,
                events: Vec::new(),
            });
            all.len() - 1
        });
        let Some(connection) = all.get_mut(known) else { continue };
        connection.source = connection.source.or(event.source);
        connection.port = connection.port.or(event.port);
        connection.last = event.at;
        connection.ended |= ends(event, what);
        connection.events.push(index);
        pid.map(|pid| by_pid.insert(pid, known));
        end.map(|end| by_end.insert(end, known));
    }
    all
}

/// Lines of the listener's about a connection.
fn is_by_listener(what: What) -> bool {
    matches!(what, What::StartupsDrop | What::PenaltyDrop | What::ChildCrash | What::ChildEnded)
}

/// Whether a line is about a connection, rather than about sshd itself.
fn is_of_connection(what: What) -> bool {
    !matches!(
        what,
        What::Listening
            | What::Terminating
            | What::Restarting
            | What::BindFailed
            | What::ConfigError
            | What::HostKeyUnusable
            | What::NoHostKeys
            | What::ListenerTrouble
            | What::LibraryMismatch
            | What::StartupsBegin
            | What::StartupsEnd
            | What::PenaltyActive
            | What::PenaltyDeferred
            | What::SocketLimit
    )
}

/// Whether a line is a connection's last, or nearly.
fn ends(event: &Event, what: What) -> bool {
    match what {
        What::ClosedByPeer
        | What::ResetByPeer
        | What::TimedOut
        | What::Disconnected
        | What::Disconnecting
        | What::SessionClosed
        | What::PamDenied
        | What::StartupsDrop
        | What::PenaltyDrop
        | What::RefusedConnect
        | What::GraceTime
        | What::LeftEarly
        | What::NotSsh
        | What::Negotiation
        | What::Fatal => true,
        What::ReceivedDisconnect => event.phase == Some(Phase::Preauth),
        _ => false,
    }
}
