//! What in our bytes makes a device on the way stop the connection: the same bytes again with one thing changed.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::HelloAcked;
use sshwhy_core::model::question::KexInit;
use sshwhy_core::model::question::KexReply;
use sshwhy_core::model::question::OddAcked;
use sshwhy_core::model::question::OddHello;
use sshwhy_core::model::question::OtherBytes;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SilentHello;
use sshwhy_core::model::question::SmallSegments;
use sshwhy_core::model::trigger::Outlasts;
use sshwhy_core::model::trigger::Part;
use sshwhy_core::model::trigger::Trigger;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::Fared;
use super::attempt::Greeting;
use super::attempt::Manner;
use super::attempt::Opened;
use super::attempt::Proposed;
use super::attempt::Words;
use super::variation;
use crate::engine::scene::Scene;
use crate::sys::cancel::LOOK;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "trigger",
    doing: "looking for the bytes that are stopped",
    questions: &[Question::OtherBytes],
    cost: Cost { seconds: 3.0, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// A first line of another client.
const OTHER_SOFTWARE: &[u8] = b"SSH-2.0-x\r\n";
/// Ours with another version of the protocol, which means the same (RFC 4253 5.1).
const OTHER_PROTOCOL: &[u8] = b"SSH-1.99-OpenSSH_9.9 sshwhy\r\n";
/// In pieces of this length `SSH-` is in no packet.
const PIECE: usize = 3;
/// What helps does so soon.
const PATIENCE: Duration = Duration::from_millis(900);
/// How long somebody waits for the end of a block, and how often it is looked for.
const BLOCK: Duration = Duration::from_secs(20);
const EVERY: Duration = Duration::from_secs(4);

fn ready(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    // Another first line passes: it is what the first line says.
    let is_stopped = evidence.holds(Hello::Reset) || evidence.holds(HelloAcked::NotAcked);
    let by_line =
        evidence.holds(OddAcked::OnlyThat) || is_stopped && evidence.holds(OddHello::Complains);
    variation::is_direct(situation) && (by_line || is_after_line(situation))
}

/// Whether the first lines passed, and nothing that came after them.
fn is_after_line(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    let stopped = evidence.holds(KexInit::Silent) || evidence.holds(KexInit::Reset);
    let later = evidence.holds(KexReply::Silent) || evidence.holds(KexReply::Reset);
    // Where small segments help, the sizes are measured first: that needs nearly all connections that are left.
    let sizes = situation.facts.measured.path_mtu;
    let is_size =
        evidence.holds(SmallSegments::Helps) && sizes.is_none_or(|mtu| mtu.usable().is_some());
    (stopped || later) && evidence.holds(Hello::Identification) && !is_size
}

fn run(scene: &Scene) {
    let Some(trigger) = trigger(scene) else { return };
    if !scene.cancel.is_set() {
        scene.learn(|facts| facts.measured.trigger = Some(trigger));
    }
}

/// What is stopped; `None` when no change tells.
fn trigger(scene: &Scene) -> Option<Trigger> {
    // A block that an earlier connection has brought about ends first.
    let blocked = outlasts(scene, Instant::now())?;
    if let Outlasts::Longer(_) = blocked {
        return Some(Trigger { part: None, in_one_packet: None, outlasts: Some(blocked) });
    }
    let began = Instant::now();
    match fares(scene, |_| {}, says_hello)? {
        Fared::Passed => after_line(scene),
        Fared::Stopped => in_line(scene, began),
        Fared::Unclear => None,
    }
}

/// The same where it is our first line.
fn in_line(scene: &Scene, began: Instant) -> Option<Trigger> {
    let outlasts = outlasts(scene, began);
    if outlasts != Some(Outlasts::No) {
        return Some(Trigger { part: None, in_one_packet: None, outlasts });
    }
    let with = |words| move |manner: &mut Manner| manner.words = Words::Other(words);
    let mut part = Part::Ssh;
    for (words, changed) in [(OTHER_SOFTWARE, Part::Software), (OTHER_PROTOCOL, Part::Protocol)] {
        if fares(scene, with(words), says_hello)? == Fared::Passed {
            part = changed;
            break;
        }
    }
    let in_one_packet = match fares(scene, |manner| manner.piece = Some(PIECE), says_hello) {
        Some(Fared::Passed) => Some(true),
        Some(Fared::Stopped) => Some(false),
        Some(Fared::Unclear) | None => None,
    };
    Some(Trigger { part: Some(part), in_one_packet, outlasts })
}

/// The same where our first line passes.
fn after_line(scene: &Scene) -> Option<Trigger> {
    let began = Instant::now();
    if fares(scene, |_| {}, says_kexinit)? != Fared::Stopped {
        return None;
    }
    let outlasts = outlasts(scene, began);
    let (part, answer) = match fares(scene, |_| {}, says_filling)? {
        Fared::Passed => (Part::KexInit, OtherBytes::Pass),
        Fared::Stopped => (Part::Length, OtherBytes::Stopped),
        Fared::Unclear => return None,
    };
    scene.observe(answer, "IGNORE in place of KEXINIT");
    Some(Trigger { part: Some(part), in_one_packet: None, outlasts })
}

/// How a connection fares that differs in its manner; `None` without leave to try.
fn fares(
    scene: &Scene,
    change: impl Fn(&mut Manner),
    says: fn(&mut Attempt<'_>) -> Fared,
) -> Option<Fared> {
    let patience = PATIENCE + 4 * scene.facts().round_trip.unwrap_or_default();
    let mut manner = Manner { hello: patience, kex: patience, ..variation::manner(scene) };
    change(&mut manner);
    let mut attempt = Attempt::new(scene, manner);
    let fared = match attempt.open(scene.facts().address?) {
        Opened::Yes => says(&mut attempt),
        Opened::No(_) => Fared::Stopped,
        Opened::NoProgram(_) | Opened::NotTried => return None,
    };
    attempt.leave();
    scene.exchanged(attempt.exchange);
    (!scene.cancel.is_set()).then_some(fared)
}

fn says_hello(attempt: &mut Attempt<'_>) -> Fared {
    match attempt.greet() {
        Greeting::Ended(End::Reset) => Fared::Stopped,
        Greeting::Ended(End::Closed) => Fared::Unclear,
        _ => attempt.fares(),
    }
}

fn says_kexinit(attempt: &mut Attempt<'_>) -> Fared {
    if says_hello(attempt) != Fared::Passed {
        return Fared::Unclear;
    }
    match attempt.propose() {
        // The server's may come before ours is stopped. Its own may be what is lost.
        Proposed::Received | Proposed::Ended(End::Silent) => attempt.fares(),
        Proposed::Ended(End::Reset) => Fared::Stopped,
        _ => Fared::Unclear,
    }
}

fn says_filling(attempt: &mut Attempt<'_>) -> Fared {
    if says_hello(attempt) != Fared::Passed {
        return Fared::Unclear;
    }
    attempt.say_filling();
    attempt.fares()
}

/// Whether a connection that says nothing is stopped after one that was, which began at that time, and for how long; `None`
/// without leave to try.
fn outlasts(scene: &Scene, began: Instant) -> Option<Outlasts> {
    // It came after the main connection was stopped.
    if scene.evidence.holds(SilentHello::Identification) {
        return Some(Outlasts::No);
    }
    let mut stopped = None;
    loop {
        let manner = |manner: &mut Manner| manner.words = Words::Nothing;
        let fared = fares(scene, manner, |attempt| match attempt.greet() {
            Greeting::Identification(_) => Fared::Passed,
            _ => Fared::Stopped,
        });
        let seconds = began.elapsed().as_secs() as u32;
        match fared {
            Some(Fared::Passed) => {
                return Some(stopped.map_or(Outlasts::No, |_| Outlasts::For(seconds)));
            }
            None => return stopped.map(Outlasts::Longer),
            Some(_) if began.elapsed() > BLOCK => return Some(Outlasts::Longer(seconds)),
            Some(_) => stopped = Some(seconds),
        }
        let until = Instant::now() + EVERY;
        while Instant::now() < until && !scene.cancel.is_set() {
            thread::sleep(LOOK);
        }
    }
}
