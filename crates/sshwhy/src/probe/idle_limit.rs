//! After how long a silence a device forgets a connection, to a part of what is known already; whether keepalives of ssh or of
//! TCP keep it; and whether it is our packets alone that are lost.
//!
//! It may ask the server for a command that sleeps, and must never type one.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::idle_limit::IdleLimit;
use sshwhy_core::model::idle_limit::Keepalive;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::IdleEnd;
use sshwhy_core::model::question::IdleKeepalive;
use sshwhy_core::model::question::Question;

use super::Probe;
use super::Situation;
use super::ssh::login::Wanted;
use super::ssh::still;
use super::ssh::still::ANSWER_LIMIT;
use super::ssh::still::Fate;
use crate::engine::scene::Scene;
use crate::sys::child_socket;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::Got;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "idle-limit",
    doing: "measuring how long a session may lie still",
    questions: &[Question::IdleKeepalive],
    cost: Cost { seconds: 1.0, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// So many silences between what is survived and what is not are tried.
const TRIES: u32 = 3;
/// So much longer than what ends a session is one left alone that something is to keep alive.
const BEYOND: f64 = 1.1;
/// A session that nothing keeps alive, whatever the user's configuration says.
const NO_KEEPALIVE: &str = "ServerAliveInterval=0";
/// How long the words of a command wait for each other.
const TOGETHER: Duration = Duration::from_millis(700);

fn ready(situation: &Situation<'_>) -> bool {
    // What ends by the server's own will is told by the server.
    let by_a_device = [IdleEnd::Silence, IdleEnd::Reset, IdleEnd::Unanswered];
    let ended = by_a_device.into_iter().any(|end| situation.evidence.holds(end));
    ended && situation.settings.idle.is_some() && situation.facts.measured.idle_limit.is_some()
}

fn run(scene: &Scene) {
    let Some(limit) = scene.facts().measured.idle_limit else { return };
    let interval = limit.interval();
    let beyond = limit.ends * BEYOND;
    let beyond = Duration::from_secs_f64(beyond.max(limit.ends + f64::from(interval)));
    let every = format!("ServerAliveInterval={interval}");
    let (tries, ssh_kept, tcp_kept, heard) = thread::scope(|scope| {
        let leave = |pipe: Option<Pipe>, time: Duration| {
            let pipe = pipe?;
            Some(scope.spawn(move || still::follow(scene, pipe, &[time])))
        };
        let ssh_kept = leave(still::open(scene, &[&every, "ServerAliveCountMax=3"]), beyond);
        let times = limit.next(TRIES).into_iter().map(Duration::from_secs_f64);
        let tries: Vec<_> =
            times.map(|time| leave(still::open(scene, &[NO_KEEPALIVE]), time)).collect();
        let heard = open_sleeper(scene, beyond);
        let heard = heard.map(|pipe| scope.spawn(move || is_heard(scene, pipe, beyond)));
        let tcp_kept = leave(open_with_tcp_keepalive(scene, interval), beyond);
        let fate = |thread: Option<thread::ScopedJoinHandle<'_, Fate>>| thread?.join().ok();
        let tries: Vec<Fate> = tries.into_iter().filter_map(fate).collect();
        let heard = heard.and_then(|thread| thread.join().ok());
        (tries, fate(ssh_kept), fate(tcp_kept), heard)
    });
    if scene.cancel.is_set() {
        return;
    }
    let mut limit = limit;
    for fate in tries {
        limit.saw(fate.after.as_secs_f64(), fate.is_alive());
    }
    let keepalive = |fate: &Option<Fate>| {
        let saves = fate.as_ref()?.is_alive();
        // One that comes no sooner than the limit proves nothing when it fails.
        (saves || limit.is_below(f64::from(interval))).then_some(Keepalive { interval, saves })
    };
    let (ssh_keepalive, tcp_keepalive) = (keepalive(&ssh_kept), keepalive(&tcp_kept));
    let limit = IdleLimit { ssh_keepalive, tcp_keepalive, server_is_heard: heard, ..limit };
    let sound = limit.is_sound().then_some(limit);
    scene.learn(|facts| facts.measured.idle_limit = sound);
    if let Some(Keepalive { saves, .. }) = ssh_keepalive {
        let answer = if saves { IdleKeepalive::Saves } else { IdleKeepalive::DoesNotSave };
        scene.observe(answer, limit.words());
    }
}

/// A session on whose connection the kernel sends keepalives; `None` where it is not ssh's own.
fn open_with_tcp_keepalive(scene: &Scene, interval: u32) -> Option<Pipe> {
    let pipe = still::open(scene, &[NO_KEEPALIVE])?;
    let every = Duration::from_secs(u64::from(interval));
    child_socket::keep_alive(pipe.pid(), every).is_ok_and(|count| count > 0).then_some(pipe)
}

/// A session in which the server is the first to speak after a silence; `None` where an account runs no command of ours.
fn open_sleeper(scene: &Scene, silence: Duration) -> Option<Pipe> {
    let seconds = silence.as_secs_f64().ceil();
    let command = format!("echo asleep; sleep {seconds}; echo awake");
    let (pipe, said) = still::open_for(scene, Wanted::Command(&command), &[NO_KEEPALIVE])?;
    holds(&said, b"asleep").then_some(pipe)
}

/// Whether what the server says after the silence arrives.
fn is_heard(scene: &Scene, mut pipe: Pipe, silence: Duration) -> bool {
    let until = Instant::now() + silence + ANSWER_LIMIT;
    let mut said = Vec::new();
    while Instant::now() < until && !scene.cancel.is_set() {
        match pipe.read(TOGETHER) {
            Got::Bytes(bytes) => said.extend(bytes),
            Got::Nothing => {}
            Got::Closed | Got::Reset | Got::Failed(_) => break,
        }
    }
    holds(&said, b"awake")
}

fn holds(said: &[u8], word: &[u8]) -> bool {
    said.windows(word.len()).any(|part| part == word)
}
