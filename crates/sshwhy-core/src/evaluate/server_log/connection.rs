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
#[derive(Clone, Debug, Default)]
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
    /// It failed, and this line says why; `None` when no answer describes it.
    Explained(Option<ServerLog>, &'a Event),
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
        let mut best: Option<(Weight, Option<ServerLog>, &Event)> = None;
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
            (Some((_, Some(answer), event)), None) => Some(State::Hint(answer, event)),
            (_, None) => self.unexplained(log),
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

    /// Whether a line names that user.
    pub(super) fn is_for(&self, log: &Log, user: &str) -> bool {
        self.events(log).any(|event| event.user.as_deref() == Some(user))
    }

    fn has_user(&self, log: &Log) -> bool {
        self.events(log).any(|event| event.user.is_some())
    }

    fn add(&mut self, index: usize, event: &Event, what: What) {
        self.source = self.source.or(event.source);
        self.port = self.port.or(event.port);
        self.last = event.at;
        self.ended |= ends(event, what);
        self.events.push(index);
    }

    /// The places of its lines in the log.
    pub(super) fn indices(&self) -> &[usize] {
        &self.events
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
    let mut sorter = Sorter::default();
    for (index, event) in log.events.iter().enumerate() {
        if let Some(what) = event.what().filter(|what| is_of_connection(*what)) {
            sorter.take(index, event, what);
        }
    }
    sorter.all
}

#[derive(Default)]
struct Sorter {
    all: Vec<Connection>,
    by_pid: HashMap<u32, usize>,
    by_end: HashMap<(IpAddr, u16), usize>,
    /// Connections with a session, the last to begin at the end.
    open: Vec<usize>,
}

impl Sorter {
    fn take(&mut self, index: usize, event: &Event, what: What) {
        let pid = match what {
            // The listener writes these, under its own number.
            What::StartupsDrop | What::PenaltyDrop => None,
            What::ChildCrash => event.about,
            What::GraceTime | What::ChildEnded => event.about.or(event.pid),
            _ => event.pid,
        };
        let end = event.source.zip(event.port);
        let is_new = matches!(what, What::ConnectionFrom | What::StartupsDrop | What::PenaltyDrop);
        let known = || {
            let by_pid = pid.and_then(|pid| self.by_pid.get(&pid));
            let by_end = end.and_then(|end| self.by_end.get(&end));
            let fits = |at: &&usize| self.all.get(**at).is_some_and(|c| c.admits(event));
            by_pid.filter(fits).or(by_end.filter(fits)).copied().or_else(|| self.session_of(event))
        };
        let at = Some(()).filter(|()| !is_new).and_then(|()| known());
        let at = at.unwrap_or_else(|| {
            self.all.push(Connection::default());
            self.all.len() - 1
        });
        let Some(connection) = self.all.get_mut(at) else { return };
        connection.add(index, event, what);
        match what {
            What::Accepted => self.open.push(at),
            _ if connection.ended => self.open.retain(|open| *open != at),
            _ => {}
        }
        let child = event.about.filter(|_| what == What::SessionOpened);
        for pid in [pid, child].into_iter().flatten() {
            self.by_pid.insert(pid, at);
        }
        if let Some(end) = end {
            self.by_end.insert(end, at);
        }
    }

    /// The session's own process writes under a number that no line has named. Its lines belong to
    /// the one session that they can belong to, if there is only one.
    fn session_of(&self, event: &Event) -> Option<usize> {
        let is_of_session = event.what().is_some_and(reason::is_of_session);
        if !is_of_session || event.source.is_some() {
            return None;
        }
        let is_sole = |candidates: &[usize]| match candidates {
            [only] => Some(*only),
            _ => None,
        };
        let begun =
            |at: &&usize| self.all.get(**at).is_some_and(|c| event.at - c.last <= AFTER_END);
        let just_begun: Vec<usize> = self.open.iter().filter(begun).copied().collect();
        is_sole(&just_begun).or_else(|| is_sole(&self.open))
    }
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
