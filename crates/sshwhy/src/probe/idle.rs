//! Sessions that lie still: one for as long as the user asks, one that is woken at a quarter and
//! at three quarters of that time, and one with keepalives. Together they take as long as the
//! longest.
//!
//! They are three at once, one more than other connections may be: they are logged in one after
//! the other, and a session that is logged in takes no place in MaxStartups and earns no penalty.
//!
//! It must never type a command: it presses Enter.

mod end;

use std::net::IpAddr;
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::IdleEnd;
use sshwhy_core::model::question::IdleKeepalive;
use sshwhy_core::model::question::Login;
use sshwhy_core::model::question::OwnAddress;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Session;
use sshwhy_core::model::question::Terminal;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

use super::Probe;
use super::Situation;
use super::ssh::login::Wanted;
use super::ssh::login::prepare;
use crate::engine::scene::Scene;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::Got;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "idle",
    doing: "leaving sessions alone",
    questions: &[Question::IdleEnd, Question::IdleKeepalive, Question::OwnAddress],
    // The time is the user's wish, so that it is not held against the probe.
    cost: Cost { seconds: 1.0, connections: 3, risk: 0.0 },
    ready,
    run,
};

/// A login that took longer has ended in trouble.
const LOGIN_LIMIT: Duration = Duration::from_secs(40);
/// A shell that printed nothing for so long waits for us.
const QUIET: Duration = Duration::from_millis(700);
/// How long an answer to Enter is waited for: a few retransmissions.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// So many keepalives are sent in the time that the user asked for.
const KEEPALIVES: u32 = 8;

fn ready(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    let sound = evidence.holds(Login::Accepted) && evidence.holds(Session::Starts);
    situation.settings.idle.is_some() && sound
}

/// How one session fared.
#[derive(Debug)]
struct Fate {
    end: IdleEnd,
    /// How long it had lain still when it ended, or was woken.
    after: Duration,
    /// What it said of it.
    text: String,
}

fn run(scene: &Scene) {
    let Some(idle) = scene.settings.idle else { return };
    let seconds = (idle / KEEPALIVES).as_secs().max(1);
    let interval = format!("ServerAliveInterval={seconds}");
    let (whole, parts, kept) = thread::scope(|scope| {
        // Each lies still from the moment it is open; the next login takes its time.
        let leave = |more: &[&str], times: &[Duration]| {
            let (pipe, times) = (open(scene, more)?, times.to_vec());
            Some(scope.spawn(move || follow(scene, pipe, &times)))
        };
        let whole = leave(&[], &[idle]);
        let parts = whole.as_ref().and_then(|_| leave(&[], &[idle / 4, idle / 2]));
        let kept =
            whole.as_ref().and_then(|_| leave(&[&interval, "ServerAliveCountMax=3"], &[idle]));
        let fate = |thread: Option<thread::ScopedJoinHandle<'_, Fate>>| thread?.join().ok();
        (fate(whole), fate(parts), fate(kept))
    });
    let Some(whole) = whole else { return };
    if scene.cancel.is_set() {
        return;
    }
    observe(scene, &whole, parts.as_ref(), kept.as_ref());
}

/// Logs in and waits until the shell waits for us; `None` when that does not come to pass.
fn open(scene: &Scene, more: &[&str]) -> Option<Pipe> {
    // Given back as soon as the login is over: see the head of this file.
    let _permit = scene.permit()?;
    let refused = scene.evidence.holds(Terminal::Refused);
    let asked = scene.evidence.answer(Question::Terminal).is_some();
    let wanted = if asked && !refused { Wanted::Shell } else { Wanted::Command("cat") };
    let pipe = prepare(scene, wanted, more)
        .and_then(|mut login| {
            let mut pipe = Pipe::open(&mut login.command, &scene.cancel)?;
            let open = settle(scene, &mut pipe);
            Ok((pipe, open))
        })
        .ok()
        .filter(|(_, open)| *open && !scene.cancel.is_set())
        .map(|(pipe, _)| pipe);
    if pipe.is_none() {
        scene.learn(|f| f.not_assessed.push("an idle session: it did not stay open".to_owned()));
    }
    pipe
}

/// Waits until the session runs and says nothing more; whether it does.
fn settle(scene: &Scene, pipe: &mut Pipe) -> bool {
    let until = Instant::now() + LOGIN_LIMIT;
    while Instant::now() < until && !scene.cancel.is_set() {
        match pipe.read(QUIET) {
            Got::Bytes(_) => {}
            Got::Nothing => {
                let reached = parse_ssh_debug(pipe.words()).furthest();
                if reached >= Some(Milestone::Running) {
                    return true;
                }
            }
            Got::Closed | Got::Reset | Got::Failed(_) => return false,
        }
    }
    false
}

/// Leaves a session alone for each of the times, and wakes it in between.
fn follow(scene: &Scene, mut pipe: Pipe, times: &[Duration]) -> Fate {
    let mut lived = Duration::ZERO;
    // It has said nothing since it settled.
    let mut began = Instant::now().checked_sub(QUIET).unwrap_or_else(Instant::now);
    for time in times {
        let ended = lie_still(scene, &mut pipe, began + *time);
        let after = began.elapsed();
        if ended || !wake(&mut pipe) {
            let (end, text) = end::of(pipe.last_words(), ended);
            return Fate { end, after, text };
        }
        lived = *time;
        began = Instant::now();
    }
    let text = format!("alive after {} s of silence", lived.as_secs());
    Fate { end: IdleEnd::Survives, after: lived, text }
}

/// Whether the session ended by itself before the time was up.
fn lie_still(scene: &Scene, pipe: &mut Pipe, until: Instant) -> bool {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || scene.cancel.is_set() {
            return false;
        }
        match pipe.read(left) {
            Got::Bytes(_) | Got::Nothing => {}
            Got::Closed | Got::Reset | Got::Failed(_) => return true,
        }
    }
}

/// Presses Enter; whether anything comes back.
fn wake(pipe: &mut Pipe) -> bool {
    pipe.write(b"\n").is_ok() && matches!(pipe.read(ANSWER_LIMIT), Got::Bytes(_))
}

fn observe(scene: &Scene, whole: &Fate, parts: Option<&Fate>, kept: Option<&Fate>) {
    let is_alive = |fate: &Fate| fate.end == IdleEnd::Survives;
    let mut text = match whole.end {
        IdleEnd::Survives => whole.text.clone(),
        _ => format!("{:.1} s after it fell still: {}", whole.after.as_secs_f64(), whole.text),
    };
    if let Some(parts) = parts.filter(|_| !is_alive(whole)) {
        let seconds = parts.after.as_secs_f64();
        let verb = if is_alive(parts) { "survived" } else { "did not survive" };
        text.push_str(&format!("; another one {verb} {seconds:.0} s of silence"));
    }
    scene.observe(whole.end, text);
    if is_alive(whole) {
        return;
    }
    if let Some(kept) = kept {
        let answer = if is_alive(kept) { IdleKeepalive::Saves } else { IdleKeepalive::DoesNotSave };
        scene.observe(answer, format!("with ServerAliveInterval: {}", kept.text));
    }
    if let Some(source) = scene.facts().source.map(|s| s.ip()) {
        let answer = own_address(source);
        scene.observe(answer, source.to_string());
    }
}

/// Only an address of this host can be bound to.
fn own_address(address: IpAddr) -> Answer {
    let kept = UdpSocket::bind((address, 0)).is_ok();
    if kept { OwnAddress::Kept.into() } else { OwnAddress::Gone.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses() {
        let check = |text: &str, expected: OwnAddress| {
            assert_eq!(own_address(text.parse().unwrap()), expected.into(), "{text}");
        };
        check("127.0.0.1", OwnAddress::Kept);
        // RFC 5737: no host has an address of this range.
        check("192.0.2.1", OwnAddress::Gone);
    }
}
