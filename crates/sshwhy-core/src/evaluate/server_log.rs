//! What the server's own log says of one client: why its last connection failed, or that sshd
//! itself is in trouble.
//!
//! The last word counts: a later login that succeeded takes back what failed before it. Must never
//! take a line for this client's that names another, and never blame for a line that every sound
//! server writes.

use std::net::IpAddr;

use crate::model::flow::Flow;
use crate::model::question::ServerLog;
use crate::parse::log_line::MICROS;

mod connection;
mod events;
mod penalty;
mod reason;
mod trouble;

use self::connection::Connection;
use self::connection::State;
pub use self::events::Event;
pub use self::events::Log;
pub use self::events::Text;
pub use self::events::Topic;
pub use self::penalty::Charge;
pub use self::penalty::ChargeKind;
pub use self::penalty::Penalised;
pub use self::penalty::charges;
pub use self::penalty::penalised;
use self::trouble::Trouble;

const MINUTE: i64 = 60 * MICROS;

/// What failed longer ago says nothing of the connection that fails now, in microseconds.
pub const WINDOW: i64 = 60 * MINUTE;

/// What belongs to one spell of trying, in microseconds. Ends that say little (closed, reset) do not
/// hide what was said so shortly before: somebody looks, or a tool does.
const SPELL: i64 = 10 * MINUTE;

/// Where MaxStartups begins unless it is configured (sshd_config(5)).
const STARTUPS_BEGIN: u32 = 10;

/// What is known beside the log.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Now, in microseconds since 1970.
    pub now: i64,
    /// The user that the client wants to be; `None` when not known.
    pub user: Option<&'a str>,
    /// At how many unauthenticated connections MaxStartups begins; `None` when not known, then its
    /// default is assumed.
    pub startups_begin: Option<u32>,
    /// Whether lines that name no client are about the one that is asked about: in an excerpt that names nobody.
    pub is_excerpt: bool,
    /// Whether something listens on the port now; `None` when not known.
    pub listens: Option<bool>,
}

impl View<'_> {
    fn begin(&self) -> u32 {
        self.startups_begin.unwrap_or(STARTUPS_BEGIN)
    }
}

/// What the log says of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict<'a> {
    /// The answer; `None` when the last connection failed in a way that no answer describes.
    pub answer: Option<ServerLog>,
    /// The line that shows it; with `Nothing`, the last line of the client, if any.
    pub shown_by: Option<&'a Event>,
}

/// Judges the log for one client. A port of the client's, where it is known, picks one connection.
pub fn judge<'a>(log: &'a Log, flow: &Flow, view: &View<'_>) -> Verdict<'a> {
    let all = connection::connections(log);
    let source = Some(flow.source.to_canonical());
    let mine = all.iter().filter(|c| {
        let port = flow.source_port.is_none() || c.port == flow.source_port;
        // What PAM refuses is often logged with the user alone. Of a few minutes ago it is taken
        // for this client's.
        let nameless = c.source.is_none()
            && (view.is_excerpt
                || view.user.is_some_and(|user| c.is_for(log, user)) && c.last >= view.now - SPELL);
        let named = c.source == source && port && c.last >= view.now - WINDOW;
        (named || nameless) && !c.is_ours(log)
    });
    let last = last_word(mine.collect(), log, view.begin());
    let trouble = trouble::find(log, &all, flow, view);
    let is_news = |trouble: &Trouble<'_>| {
        trouble.is_standing || last.as_ref().is_none_or(|(_, at)| trouble.event.at > *at)
    };
    if let Some(trouble) = trouble.filter(is_news) {
        return Verdict { answer: Some(trouble.answer), shown_by: Some(trouble.event) };
    }
    let silence = Verdict { answer: Some(ServerLog::Nothing), shown_by: None };
    last.map_or(silence, |(verdict, _)| verdict)
}

/// The verdict about a client by its connections, and when it was last heard of.
fn last_word<'a>(mine: Vec<&Connection>, log: &'a Log, begin: u32) -> Option<(Verdict<'a>, i64)> {
    // In many logs a second is the finest; the order of the lines is finer.
    let mut mine = mine;
    mine.sort_by_key(|c| std::cmp::Reverse(c.indices().last().copied()));
    let states: Vec<(i64, State<'a>)> =
        mine.iter().filter_map(|c| Some((c.last, c.state(log, begin)?))).collect();
    let (newest, state) = states.first()?;
    let telling = states.iter().find(|(at, state)| *at >= newest - SPELL && state.is_telling());
    let (at, state) = telling.map_or((newest, state), |(at, state)| (at, state));
    let verdict = match *state {
        State::Explained(answer, event) => Verdict { answer, shown_by: Some(event) },
        State::Hint(answer, event) => Verdict { answer: Some(answer), shown_by: Some(event) },
        State::Succeeded(event) | State::Unexplained(event, _) => {
            Verdict { answer: Some(ServerLog::Nothing), shown_by: Some(event) }
        }
    };
    Some((verdict, *at))
}

/// A client whose last connection failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure<'a> {
    /// Its address.
    pub source: IpAddr,
    /// Its port, where the log says it.
    pub port: Option<u16>,
    /// The user that it wanted to be, where it came so far.
    pub user: Option<&'a str>,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// The line that shows it.
    pub shown_by: &'a Event,
}

/// The clients whose last connection failed, the latest first; of each client its last connection.
pub fn recent_failures<'a>(log: &'a Log, now: i64) -> Vec<Failure<'a>> {
    let mut connections = connection::connections(log);
    connections.retain(|c| c.last >= now - WINDOW && !c.is_ours(log));
    connections.sort_by_key(|c| std::cmp::Reverse(c.indices().last().copied()));
    let mut seen = std::collections::HashSet::new();
    let failure = |c: &Connection| {
        let source = c.source.filter(|source| seen.insert(*source))?;
        let shown_by = match c.state(log, STARTUPS_BEGIN)? {
            State::Succeeded(_) => return None,
            State::Explained(_, event) | State::Hint(_, event) | State::Unexplained(event, _) => {
                event
            }
        };
        let user = c.events(log).find_map(|event| event.user.as_deref());
        Some(Failure { source, port: c.port, user, at: c.last, shown_by })
    };
    connections.iter().filter_map(failure).collect()
}

#[cfg(test)]
mod tests;
