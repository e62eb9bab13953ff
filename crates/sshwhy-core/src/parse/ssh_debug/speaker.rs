//! Whose line is it? With a jump host two clients write to the same standard error, one of them to reach the host of the
//! other; and the remote program writes there too.
//!
//! Must never drop a line that it cannot place: then the client that spoke last is taken.

use super::attempt::Attempt;
use super::attempt::Ending;
use super::event::End;
use super::event::Event;
use super::event::Peer;
use super::milestone::Milestone;

/// Most clients in one log; what more there are is noted on the last.
const MAX_ATTEMPTS: usize = 64;

/// All clients of a log, and which of them run.
#[derive(Debug, Default)]
pub(super) struct Speakers {
    pub(super) attempts: Vec<Attempt>,
    /// The clients that may speak, each started by the one before; the last speaks.
    running: Vec<usize>,
    /// A client that has done its work and carries the connection of the speaker.
    carrier: Option<usize>,
}

impl Speakers {
    /// The client that speaks now.
    pub(super) fn current(&self) -> Option<&Attempt> {
        self.running.last().and_then(|index| self.attempts.get(*index))
    }

    /// Notes an event on the client that it is from. Returns that client, and whether the event is news.
    pub(super) fn note(&mut self, event: &Event, line: u32) -> (u16, bool) {
        let index = self.speaker_of(event, line);
        let news = match self.attempts.get_mut(index) {
            Some(attempt) => attempt.note(event, line),
            None => false,
        };
        if let Event::StdioForward(to) = event {
            self.name_carried(index, to);
        }
        self.settle(index, event);
        (u16::try_from(index).unwrap_or(u16::MAX), news)
    }

    fn speaker_of(&mut self, event: &Event, line: u32) -> usize {
        let Some(&current) = self.running.last() else { return self.start(None, line) };
        if matches!(event, Event::ClientVersion { .. }) {
            return self.start_next(current, line);
        }
        if is_from_pipe(event) {
            // "UNKNOWN port 65535": the client that has a proxy speaks, so the proxy is gone.
            while self.running.len() > 1 && !self.current().is_some_and(|attempt| attempt.proxied) {
                self.running.pop();
            }
            return self.running.last().copied().unwrap_or(current);
        }
        let before_login =
            self.current().is_some_and(|attempt| attempt.furthest < Milestone::Authenticated);
        match self.carrier {
            Some(carrier) if before_login && is_of_session(event) => carrier,
            _ => current,
        }
    }

    /// A version line: the client of a jump host when the speaker waits for one, otherwise a new run.
    fn start_next(&mut self, current: usize, line: u32) -> usize {
        let waits = self.attempts.get(current).is_some_and(|attempt| {
            attempt.proxied
                && attempt.furthest < Milestone::IdentReceived
                && attempt.ending == Ending::Unfinished
        });
        if waits {
            return self.start(u16::try_from(current).ok(), line);
        }
        // The first line of an attempt may be a setting that is read before the version is printed.
        let fresh = self.attempts.get(current).is_some_and(|attempt| {
            attempt.client.is_none() && attempt.furthest == Milestone::Started
        });
        if fresh {
            return current;
        }
        self.running.clear();
        self.carrier = None;
        self.start(None, line)
    }

    fn start(&mut self, carries: Option<u16>, line: u32) -> usize {
        if self.attempts.len() < MAX_ATTEMPTS {
            self.attempts.push(Attempt::new(carries, line));
        }
        let index = self.attempts.len().saturating_sub(1);
        self.running.push(index);
        index
    }

    /// A client that goes through a proxy does not say whom it connects to; its jump host's client does.
    fn name_carried(&mut self, carrier: usize, to: &str) {
        let carried = self.attempts.get(carrier).and_then(|attempt| attempt.carries);
        let Some(attempt) = carried.and_then(|index| self.attempts.get_mut(usize::from(index)))
        else {
            return;
        };
        if attempt.host.is_none() {
            let (host, port) = to.rsplit_once(':').unwrap_or((to, ""));
            attempt.host = Some(host.trim_matches(['[', ']']).to_owned());
            attempt.port = port.parse().ok();
        }
    }

    /// After an event: a jump host's client that is done, or that failed, gives the word back.
    fn settle(&mut self, index: usize, event: &Event) {
        let is_speaker = self.running.len() > 1 && self.running.last() == Some(&index);
        let Some(attempt) = self.attempts.get(index).filter(|_| is_speaker) else { return };
        let carries = attempt.forwards && matches!(event, Event::SessionEntered);
        let failed = match &attempt.ending {
            Ending::Unfinished => false,
            // These come in two lines, and the second has the address.
            Ending::Broken(End::Closed(None) | End::Reset(None) | End::BannerTimeout) => false,
            Ending::Broken(_) => {
                names_peer(event) || matches!(event, Event::End(End::Disconnected))
            }
            // `banner exchange: Connection to …` follows.
            Ending::NotSsh(_) => matches!(event, Event::End(_)),
            _ => true,
        };
        if carries || failed {
            self.running.pop();
        }
        if carries {
            self.carrier = Some(index);
        }
    }
}

fn peer_of(event: &Event) -> Option<&Peer> {
    match event {
        Event::End(End::Closed(peer) | End::Reset(peer) | End::TimedOut(peer)) => peer.as_ref(),
        _ => None,
    }
}

fn names_peer(event: &Event) -> bool {
    peer_of(event).is_some()
}

fn is_from_pipe(event: &Event) -> bool {
    peer_of(event).is_some_and(Peer::is_pipe)
}

/// What only a client that is logged in can say.
fn is_of_session(event: &Event) -> bool {
    matches!(
        event,
        Event::Remote(_)
            | Event::GlobalRequest(_)
            | Event::ChannelOpened
            | Event::ChannelFailed { .. }
            | Event::StdioForwardFailed
            | Event::ExitStatus(_)
            | Event::Transferred { .. }
            | Event::End(End::Killed(_) | End::SessionClosed)
    )
}
