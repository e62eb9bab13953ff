//! A session that is left alone, and woken after a time.
//!
//! It must never type a command: it presses Enter.

mod end;

use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::question::IdleEnd;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Terminal;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

use super::login::Wanted;
use super::login::prepare;
use crate::engine::scene::Scene;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::Got;

/// A login that took longer has ended in trouble.
const LOGIN_LIMIT: Duration = Duration::from_secs(40);
/// A shell that printed nothing for so long waits for us.
const QUIET: Duration = Duration::from_millis(700);
/// How long an answer is waited for: a few retransmissions.
pub(in crate::probe) const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// How a session fared.
#[derive(Debug)]
pub(in crate::probe) struct Fate {
    pub(in crate::probe) end: IdleEnd,
    /// The longest silence that it survived.
    pub(in crate::probe) lived: Duration,
    /// How long it had lain still when it ended, or was woken for the last time.
    pub(in crate::probe) after: Duration,
    /// What it said of its end.
    pub(in crate::probe) text: String,
}

impl Fate {
    /// Whether it lives.
    pub(in crate::probe) fn is_alive(&self) -> bool {
        self.end == IdleEnd::Survives
    }
}

/// Logs in and waits until the shell waits for us; `None` when that does not come to pass.
pub(in crate::probe) fn open(scene: &Scene, more: &[&str]) -> Option<Pipe> {
    let refused = scene.evidence.holds(Terminal::Refused);
    let asked = scene.evidence.answer(Question::Terminal).is_some();
    let wanted = if asked && !refused { Wanted::Shell } else { Wanted::Command("cat") };
    open_for(scene, wanted, more).map(|(pipe, _)| pipe)
}

/// The same with something else to do, and what the session said before it fell still.
pub(in crate::probe) fn open_for(
    scene: &Scene,
    wanted: Wanted<'_>,
    more: &[&str],
) -> Option<(Pipe, Vec<u8>)> {
    // Given back as soon as the login is over: a session takes no place in MaxStartups.
    let _permit = scene.permit()?;
    prepare(scene, wanted, more)
        .and_then(|mut login| {
            let mut pipe = Pipe::open(&mut login.command, &scene.cancel)?;
            let said = settle(scene, &mut pipe);
            Ok(said.map(|said| (pipe, said)))
        })
        .ok()
        .flatten()
        .filter(|_| !scene.cancel.is_set())
}

/// Waits until the session runs and says nothing more; what it said, or `None` when it does not come to run.
fn settle(scene: &Scene, pipe: &mut Pipe) -> Option<Vec<u8>> {
    let (until, mut said) = (Instant::now() + LOGIN_LIMIT, Vec::new());
    while Instant::now() < until && !scene.cancel.is_set() {
        match pipe.read(QUIET) {
            Got::Bytes(bytes) => said.extend(bytes),
            Got::Nothing => {
                let reached = parse_ssh_debug(pipe.words()).furthest();
                if reached >= Some(Milestone::Running) {
                    return Some(said);
                }
            }
            Got::Closed | Got::Reset | Got::Failed(_) => return None,
        }
    }
    None
}

/// Leaves a session alone for each of the times, and wakes it in between.
pub(in crate::probe) fn follow(scene: &Scene, mut pipe: Pipe, times: &[Duration]) -> Fate {
    let mut lived = Duration::ZERO;
    // It has said nothing since it settled.
    let mut began = Instant::now().checked_sub(QUIET).unwrap_or_else(Instant::now);
    for time in times {
        let ended = lie_still(scene, &mut pipe, began + *time);
        let after = began.elapsed();
        if ended || !wake(&mut pipe) {
            let (end, text) = end::of(pipe.last_words(), ended);
            return Fate { end, lived, after, text };
        }
        lived = after;
        began = Instant::now();
    }
    let text = format!("alive after {} s of silence", lived.as_secs());
    Fate { end: IdleEnd::Survives, lived, after: lived, text }
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
