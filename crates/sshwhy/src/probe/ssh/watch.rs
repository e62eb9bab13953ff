//! Runs ssh and waits no longer than there is hope.
//!
//! It must never take a slow server for a dead one: reverse look-ups take up to half a minute, and
//! a session manager that does not answer takes 25 s.

use std::fs;
use std::time::Duration;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::model::evidence::Event as Step;
use sshwhy_core::model::evidence::Exchange;
use sshwhy_core::parse::proc_net::TcpState;
use sshwhy_core::parse::proc_net::parse_tcp_sockets;
use sshwhy_core::parse::ssh_debug::Dialogue;
use sshwhy_core::parse::ssh_debug::End;
use sshwhy_core::parse::ssh_debug::Event;
use sshwhy_core::parse::ssh_debug::Key;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::Scanner;

use crate::engine::scene::Scene;
use crate::sys::process::Ran;

/// Before the keys are exchanged a server that says nothing is no slow one: the handshake, which
/// came before, was answered.
const PATIENCE_EARLY: Duration = Duration::from_secs(12);
/// After it.
const PATIENCE_LATE: Duration = Duration::from_secs(32);
/// All waits together.
pub(in crate::probe) const LIMIT: Duration = Duration::from_secs(75);
/// How often the kernel is asked what became of our bytes.
const GLANCE: Duration = Duration::from_millis(500);
/// Bytes that were sent again so often are lost for a reason.
const LOST_AFTER: u32 = 4;

/// Follows a run of ssh.
#[derive(Debug)]
pub(in crate::probe) struct Watch {
    scanner: Scanner,
    /// How long a server that was answered before may say nothing.
    patience: Duration,
    read: usize,
    looked: Duration,
    /// The milestone after which nothing more is of interest.
    goal: Option<Milestone>,
    /// Whether our bytes were not acknowledged.
    pub(in crate::probe) lost: bool,
}

impl Watch {
    /// For a run that begins, with the patience that a slow login needs.
    pub(in crate::probe) fn new() -> Self {
        Self::with_patience(PATIENCE_LATE)
    }

    /// The same with less patience.
    pub(in crate::probe) fn with_patience(patience: Duration) -> Self {
        let scanner = Scanner::default();
        Self { scanner, patience, read: 0, looked: Duration::ZERO, goal: None, lost: false }
    }

    /// Only until a milestone is reached.
    pub(in crate::probe) fn until(self, goal: Milestone) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// Whether nothing more will come.
    pub(in crate::probe) fn is_enough(&mut self, ran: &Ran) -> bool {
        self.scanner.feed(ran.stderr.get(self.read..).unwrap_or_default());
        self.read = ran.stderr.len();
        if self.goal.is_some() && self.scanner.furthest() >= self.goal {
            return true;
        }
        let last = ran.line_times.last().copied().unwrap_or_default();
        let quiet = ran.took.saturating_sub(last);
        let encrypted = self.scanner.furthest() >= Some(Milestone::Encrypted);
        let patience = if encrypted { self.patience } else { PATIENCE_EARLY.min(self.patience) };
        if quiet > patience || is_asking(&ran.stdout) {
            return true;
        }
        if quiet < GLANCE || ran.took.saturating_sub(self.looked) < GLANCE {
            return false;
        }
        self.looked = ran.took;
        self.lost = is_lost(ran.pid);
        self.lost
    }
}

/// Whether the server's side asks for a password on the terminal, which nobody will answer: one
/// that has expired must be changed before the shell starts.
fn is_asking(output: &[u8]) -> bool {
    let end = output.len().saturating_sub(16);
    let last = String::from_utf8_lossy(output.get(end..).unwrap_or_default()).to_lowercase();
    last.trim_end().ends_with("password:")
}

/// Whether a connection of that process has sent the same bytes again and again in vain. `false`
/// where the kernel does not say, and when another process holds the connection.
fn is_lost(pid: u32) -> bool {
    let Ok(held) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    let inodes: Vec<u64> = held
        .filter_map(|entry| {
            let link = fs::read_link(entry.ok()?.path()).ok()?;
            let name = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned();
            name.parse().ok()
        })
        .collect();
    ["tcp", "tcp6"].iter().any(|family| {
        let table = fs::read_to_string(format!("/proc/{pid}/net/{family}")).unwrap_or_default();
        parse_tcp_sockets(&table).iter().any(|socket| {
            socket.state == TcpState::Established
                && socket.send_queue > 0
                && socket.retransmits >= LOST_AFTER
                && inodes.contains(&socket.inode)
        })
    })
}

/// The main steps of the run, for the ladder.
pub(in crate::probe) fn exchange(scene: &Scene, dialogue: &Dialogue, ran: &Ran) -> Exchange {
    let facts = scene.facts();
    let index = dialogue.attempts.iter().rposition(|attempt| attempt.carries.is_none());
    let own = dialogue.events.iter().filter(|e| Some(usize::from(e.attempt)) == index);
    let mut events: Vec<Step> = own
        .filter_map(|logged| {
            let (actor, what) = step(&logged.event, &logged.text)?;
            let line = usize::try_from(logged.line).ok()?.checked_sub(1)?;
            let at = ran.line_times.get(line).copied().unwrap_or_default().as_secs_f64();
            Some(Step { at, actor, what })
        })
        .collect();
    if ran.status.is_none() {
        let at = ran.took.as_secs_f64();
        events.push(Step { at, actor: Actor::Nobody, what: "nothing more comes".to_owned() });
    }
    Exchange { probe: scene.probe.to_owned(), from: None, to: facts.address, events }
}

fn step(event: &Event, text: &str) -> Option<(Actor, String)> {
    let peer = |what: String| Some((Actor::Peer, what));
    let us = |what: String| Some((Actor::Us, what));
    match event {
        Event::Connecting { .. } => us("SYN".to_owned()),
        Event::Established => peer("SYN-ACK".to_owned()),
        Event::RemoteIdent { protocol, software } => peer(format!("SSH-{protocol}-{software}")),
        Event::NewKeysReceived => peer("NEWKEYS".to_owned()),
        Event::MethodsOffered(methods) => peer(format!("methods: {}", methods.join(", "))),
        Event::Key(Key::Offered(key)) => us(format!("key {}", short_key(key))),
        Event::Key(Key::Accepted(_)) => peer("takes that key".to_owned()),
        Event::Key(Key::Signing(_)) => us("signature".to_owned()),
        Event::PartialSuccess(_) => peer("wants one thing more".to_owned()),
        Event::Authenticated { .. } => peer("authenticated".to_owned()),
        Event::ChannelRequested => us("open a session".to_owned()),
        Event::ChannelOpened => peer("session open".to_owned()),
        // ssh says so itself at the end of every session with a terminal.
        Event::End(End::SessionOver) => None,
        Event::ChannelFailed { .. }
        | Event::Request { accepted: false, .. }
        | Event::PermissionDenied { .. }
        | Event::End(_) => peer(text.to_owned()),
        Event::ExitStatus(status) if *status >= 0 => peer(format!("exit status {status}")),
        _ => None,
    }
}

/// `F TYPE SHA256:…`: the type and the fingerprint say which key it is, to both sides.
fn short_key(described: &str) -> String {
    let mut words = described.split(' ').skip(1);
    let kind = words.next().unwrap_or_default();
    let print = words.next().unwrap_or_default();
    if kind.is_empty() { described.to_owned() } else { format!("{kind} {print}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_for_a_password_are_known() {
        let check = |output: &str, expected| assert_eq!(is_asking(output.as_bytes()), expected);
        check("", false);
        check("Your password: changed\r\n", false);
        check("WARNING: Your password has expired.\r\nCurrent password: ", true);
        check("(current) UNIX password:", true);
        check("\u{fffd}\u{fffd}\u{fffd}New Password: ", true);
    }

    #[test]
    fn silence_ends_a_run_and_the_goal_does() {
        let mut ran = Ran {
            status: None,
            stdout: Vec::new(),
            stderr: b"OpenSSH_9.2p1, OpenSSL 3\r\n".to_vec(),
            line_times: vec![Duration::from_secs(1)],
            took: Duration::from_secs(2),
            // No process has this number.
            pid: u32::MAX,
        };
        let mut watch = Watch::new().until(Milestone::Authenticated);
        assert!(!watch.is_enough(&ran));
        ran.took = Duration::from_secs(14);
        assert!(watch.is_enough(&ran));
        ran.took = Duration::from_secs(2);
        ran.stderr.extend(b"Authenticated to b ([::1]:22) using \"none\".\r\n");
        assert!(watch.is_enough(&ran));
    }

    #[test]
    fn a_key_is_named_by_its_fingerprint() {
        assert_eq!(short_key("/k ED25519 SHA256:A explicit"), "ED25519 SHA256:A");
        assert_eq!(short_key("/k"), "/k");
        assert_eq!(short_key(""), "");
    }
}
