//! Which of the host's listening sockets a client's SYN meets, and whether sshd is behind it.
//!
//! The kernel gives a SYN to the socket that fits best: an address of its own before the wildcard,
//! IPv4 before an IPv6 socket that takes IPv4 too, one bound to the interface before one that is
//! not (`compute_score` in `net/ipv4/inet_hashtables.c`).

mod greeting;
mod program;

use std::fmt::Write;
use std::net::IpAddr;
use std::net::SocketAddr;

pub use self::greeting::Greeting;
pub use self::program::Program;
use self::program::Role;
use crate::model::flow::Flow;
use crate::model::question::Listener;

/// A listening TCP socket and who holds it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Socket {
    /// Where it listens.
    pub local: SocketAddr,
    /// Whether an IPv6 socket takes no IPv4; `None` when not known.
    pub v6_only: Option<bool>,
    /// The interface that it is bound to.
    pub interface: Option<String>,
    /// Connections that wait to be accepted.
    pub queue: u32,
    /// How many may wait; `None` when not known.
    pub backlog: Option<u32>,
    /// Whether connections waited while we watched and none of them was accepted.
    pub stands_still: bool,
    /// The user that made it.
    pub uid: u32,
    /// The processes that hold it; empty when not known.
    pub programs: Vec<Program>,
}

/// What was found out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Judgement {
    /// The answer; `None` when it cannot be known.
    pub answer: Option<Listener>,
    /// What shows it: the socket, its holder and its queue.
    pub text: String,
    /// What stays open, and why.
    pub open: Option<String>,
    /// Whether a program holds the socket whose name does not tell what it speaks: its greeting would.
    pub is_unclear: bool,
}

/// Judges the sockets of a host for one client. `arrives_by` are the interfaces that count as the
/// one its packets come in by (it, and the VRF it belongs to); empty when not known.
pub fn judge(sockets: &[Socket], flow: &Flow, arrives_by: &[String]) -> Judgement {
    let target = SocketAddr::new(flow.destination.to_canonical(), flow.port);
    let fits = |socket: &Socket| fit(socket, target, arrives_by);
    let best = sockets.iter().filter_map(|s| fits(s).score()).max();
    let Some(best) = best else {
        return match sockets.iter().find(|s| fits(s) == Fit::Unknown) {
            Some(socket) => not_known(socket, target),
            None => nothing_there(sockets, target),
        };
    };
    let taken: Vec<&Socket> = sockets.iter().filter(|s| fits(s).score() == Some(best)).collect();
    judge_taken(&taken, sockets)
}

/// Whether a socket takes a SYN.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fit {
    No,
    Unknown,
    Yes(u8),
}

impl Fit {
    fn score(self) -> Option<u8> {
        if let Self::Yes(score) = self { Some(score) } else { None }
    }
}

fn fit(socket: &Socket, target: SocketAddr, arrives_by: &[String]) -> Fit {
    if socket.local.port() != target.port() {
        return Fit::No;
    }
    let own = socket.local.ip();
    let exact = own.to_canonical() == target.ip();
    let any_v6_for_v4 = own.is_ipv6() && own.is_unspecified() && target.is_ipv4();
    let any = own.is_unspecified() && own.is_ipv4() == target.is_ipv4();
    // A destination that is not known is taken by whatever listens on the port.
    let unknown = target.ip().is_unspecified();
    let address = match socket.v6_only {
        _ if exact || any || unknown => Fit::Yes(4 * u8::from(exact)),
        Some(false) if any_v6_for_v4 => Fit::Yes(0),
        None if any_v6_for_v4 => Fit::Unknown,
        _ => Fit::No,
    };
    let same_family = own.is_ipv4() == target.is_ipv4();
    match (address, &socket.interface) {
        (Fit::Yes(score), None) => Fit::Yes(score + u8::from(same_family)),
        (Fit::Yes(_), Some(_)) if arrives_by.is_empty() => Fit::Unknown,
        (Fit::Yes(score), Some(name)) if arrives_by.contains(name) => Fit::Yes(score + 2),
        (Fit::Yes(_), Some(_)) => Fit::No,
        (other, _) => other,
    }
}

fn judge_taken(taken: &[&Socket], all: &[Socket]) -> Judgement {
    let mut text = described(taken);
    let programs = || taken.iter().flat_map(|s| &s.programs);
    let role = |wanted: Role| programs().any(|p| p.role() == wanted);
    let answer = if taken.iter().any(|s| s.is_full()) {
        Listener::QueueFull
    } else if taken.iter().all(|s| s.programs.is_empty()) {
        return holder_unknown(taken, text);
    } else if !role(Role::Sshd) && !role(Role::Manager) {
        if role(Role::Unclear) {
            let open = format!("{text}: whether an SSH server is behind it cannot be told");
            return Judgement { answer: None, text, open: Some(open), is_unclear: true };
        }
        if let Some(sshd) = all.iter().find(|s| s.is_sshd()) {
            let _ = write!(text, "; {}", described(&[sshd]));
        }
        Listener::OtherProgram
    } else if programs().any(|p| p.is_sshd() && p.stopped.is_some()) {
        Listener::Stopped
    } else if taken.iter().any(|s| s.stands_still) {
        text.push_str(", and none of those that wait was accepted while we watched");
        Listener::Stopped
    } else {
        Listener::Listens
    };
    Judgement { answer: Some(answer), text, ..Judgement::default() }
}

/// Something listens, but its descriptors may not be read. A queue that does not move shows a
/// program that does not accept, whichever it is.
fn holder_unknown(taken: &[&Socket], text: String) -> Judgement {
    let answer = taken.iter().any(|s| s.stands_still).then_some(Listener::Stopped);
    let open = format!("{text}: which program that is cannot be read");
    Judgement { answer, text, open: Some(open), is_unclear: false }
}

fn not_known(socket: &Socket, target: SocketAddr) -> Judgement {
    let why = match &socket.interface {
        Some(name) => format!("bound to the interface {name}; which one the client comes in by"),
        None => "for IPv6; whether it takes IPv4 too".to_owned(),
    };
    let text = described(&[socket]);
    let open =
        Some(format!("whether {text} takes connections to {target}: it is {why} is unknown"));
    Judgement { text, open, ..Judgement::default() }
}

fn nothing_there(sockets: &[Socket], target: SocketAddr) -> Judgement {
    let sshd: Vec<&Socket> = sockets.iter().filter(|s| s.is_sshd()).collect();
    if !sshd.is_empty() {
        let text = format!("nothing listens on {target}; {}", described(&sshd));
        return Judgement { answer: Some(Listener::Elsewhere), text, ..Judgement::default() };
    }
    let same_port: Vec<&Socket> =
        sockets.iter().filter(|s| s.local.port() == target.port()).collect();
    let text = match described(&same_port) {
        other if other.is_empty() => format!("nothing listens on {target}"),
        // Its holder is not known, or is no sshd: what is sure is that this socket is not for us.
        other => format!("nothing listens on {target}; {other}"),
    };
    let unnamed = same_port.iter().any(|s| s.programs.is_empty());
    let answer = if unnamed { Listener::Elsewhere } else { Listener::Nothing };
    Judgement { answer: Some(answer), text, ..Judgement::default() }
}

impl Socket {
    /// The queue takes one more than its length says (`sk_acceptq_is_full`).
    fn is_full(&self) -> bool {
        self.backlog.is_some_and(|backlog| self.queue > backlog)
    }

    /// Whether a listening sshd holds it.
    fn is_sshd(&self) -> bool {
        self.programs.iter().any(Program::is_sshd)
    }
}

/// At most four sockets in words; a host may have hundreds.
fn described(sockets: &[&Socket]) -> String {
    let mut words: Vec<String> = sockets.iter().take(4).map(|s| describe(s)).collect();
    if sockets.len() > words.len() {
        words.push(format!("{} more", sockets.len() - words.len()));
    }
    words.join("; ")
}

fn describe(socket: &Socket) -> String {
    let holders: Vec<String> = socket.programs.iter().take(4).map(Program::describe).collect();
    let mut text = match holders.is_empty() {
        true => format!("a program of user {}", socket.uid),
        false => holders.join(", "),
    };
    let _ = write!(text, " listens on {}", socket.local);
    if let Some(name) = &socket.interface {
        let _ = write!(text, " of {name}");
    }
    if socket.v6_only == Some(true) && socket.local.ip() == IpAddr::from([0_u16; 8]) {
        text.push_str(" (IPv6 only)");
    }
    let _ = match socket.backlog {
        Some(backlog) => write!(text, ", queue {} of {backlog}", socket.queue),
        None => write!(text, ", queue {}", socket.queue),
    };
    text
}

#[cfg(test)]
mod tests;
