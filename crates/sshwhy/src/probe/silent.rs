//! A connection on which we say nothing: what sshd does by itself, without the race between our
//! first bytes and its close.

use std::time::Duration;

use sshwhy_core::evaluate::greeting;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Hello;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SilentHello;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::Greeting;
use super::attempt::Manner;
use super::attempt::Opened;
use super::attempt::Words;
use super::hello;
use super::variation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "silent",
    doing: "connecting and saying nothing",
    questions: &[Question::SilentHello, Question::HelloDelay, Question::Notice],
    cost: Cost { seconds: 0.5, connections: 1, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    let answered = situation.evidence.answer(Question::Hello);
    let failed = answered.is_some_and(|a| a != Answer::Hello(Hello::Identification));
    let stuck = variation::is_stuck(situation, Stage::Banner, Duration::from_millis(350));
    variation::is_direct(situation) && (failed || stuck)
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let Some(address) = facts.address else { return };
    let mut attempt =
        Attempt::new(scene, Manner { words: Words::Nothing, ..Manner::of_user(&facts.config) });
    if !matches!(attempt.open(address), Opened::Yes) {
        return;
    }
    let greeting = attempt.greet();
    let after = attempt.open_for();
    if scene.cancel.is_set() {
        return;
    }
    let seconds = after.as_secs_f64();
    let (answer, text) = match greeting {
        Greeting::Identification(ident) => (SilentHello::Identification, ident.line),
        Greeting::Malformed(line) | Greeting::OldProtocol(line) => {
            (SilentHello::Identification, line)
        }
        Greeting::Ended(End::Silent) if !attempt.lines.is_empty() => {
            (SilentHello::OtherService, attempt.lines.join(" / "))
        }
        Greeting::Ended(End::Silent) => {
            (SilentHello::Silent, format!("nothing came in {seconds:.1} s"))
        }
        Greeting::Ended(End::Reset) => {
            (SilentHello::Reset, format!("reset {seconds:.3} s after it opened"))
        }
        Greeting::Ended(End::Closed) => {
            (SilentHello::Closed, format!("closed {seconds:.3} s after it opened"))
        }
        Greeting::OtherService(_, text) => (SilentHello::OtherService, text),
    };
    // What is written before a close reaches a silent client for certain; a client that spoke
    // may have lost it to the reset.
    if matches!(answer, SilentHello::Reset | SilentHello::Closed) {
        scene.observe(hello::delay(after, &attempt), text.clone());
        if scene.evidence.answer(Question::Notice).is_none() {
            let said = attempt.lines.join(" / ");
            scene.observe(greeting::notice(&said), said);
        }
    }
    scene.observe(answer, text);
    attempt.leave();
    scene.exchanged(attempt.exchange);
}
