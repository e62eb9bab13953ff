//! The login again without DSCP marks: older clients change the mark when the session starts, and
//! some paths swallow what is marked so.

use std::time::Duration;

use sshwhy_core::evaluate::dialogue::MARK;
use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Login;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Session;
use sshwhy_core::model::question::SessionDscp;
use sshwhy_core::parse::ssh_debug::Milestone;
use sshwhy_core::parse::ssh_debug::parse_ssh_debug;

use super::Probe;
use super::Situation;
use super::login::session;
use super::ssh::login::Wanted;
use super::ssh::login::wants_terminal;
use super::ssh::watch::Watch;
use super::ssh::watch::exchange;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "session-dscp",
    doing: "logging in without DSCP marks",
    questions: &[Question::SessionDscp],
    cost: Cost { seconds: 3.0, connections: 1, risk: 0.05 },
    ready,
    run,
};

/// A session that starts does so within a few seconds; what was slow and not silent was told apart
/// by the login before.
const PATIENCE: Duration = Duration::from_secs(8);

fn ready(situation: &Situation<'_>) -> bool {
    let qos = situation.facts.config.ip_qos;
    let marked = qos.interactive.is_some() || qos.bulk.is_some();
    marked && stuck_before(situation.evidence).is_some()
}

/// What the login that hung did not reach.
fn stuck_before(evidence: &Evidence) -> Option<Milestone> {
    if evidence.holds(Session::Silent) {
        Some(Milestone::Running)
    } else if evidence.holds(Login::Silent) {
        Some(Milestone::Authenticated)
    } else {
        None
    }
}

fn run(scene: &Scene) {
    let Some(goal) = stuck_before(&scene.evidence) else { return };
    let line = format!("echo {MARK}");
    // With a terminal it may have started, and hung without one.
    let terminal = wants_terminal(&scene.facts().config) && !scene.evidence.holds(Session::Starts);
    let wanted = if terminal { Wanted::Terminal(&line) } else { Wanted::Command(&line) };
    let watch = Watch::with_patience(PATIENCE);
    let Some((ran, _)) = session(scene, wanted, watch, &["IPQoS=none"]) else { return };
    let dialogue = parse_ssh_debug(&ran.stderr);
    scene.exchanged(exchange(scene, &dialogue, &ran));
    let furthest = dialogue.furthest();
    let answer = if furthest >= Some(goal) { SessionDscp::Helps } else { SessionDscp::Same };
    let stage = furthest.map_or("config", Milestone::stage);
    let seconds = ran.took.as_secs_f64();
    scene.observe(answer, format!("with IPQoS=none it got to the {stage} stage in {seconds:.1} s"));
}
