//! What is true and cannot be the reason: findings on the server that this connection never meets.
//!
//! A fault hides those after it. A connection that was seen to break at a stage never meets what
//! waits for it at a later one; a connection that works is stopped by nothing.

use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::outcome;
use crate::model::outcome::Outcome;
use crate::model::stage::Stage;

/// How far the connection of some evidence gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// The stage at which it breaks; `None` when it was seen to work.
    breaks_at: Option<Stage>,
}

impl Reach {
    /// As far as a client saw; otherwise up to the first thing that a look at the server found.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let observations = evidence.observations();
        if let Some((broke, _)) = outcome::first_break(evidence)
            && broke.outcome != Outcome::Slow
        {
            return Self { breaks_at: Some(broke.stage) };
        }
        if was_tried(evidence) {
            // What is slow is met all the same, wherever it lies.
            let slow = outcome::first_break(evidence).map(|_| Stage::Idle);
            return Self { breaks_at: slow };
        }
        let findings = observations.iter().filter(|o| outcome::is_finding(o.answer));
        Self { breaks_at: findings.map(|o| outcome::stage_of(o.answer)).min() }
    }

    /// Whether an observation is a finding that the connection does not get as far as.
    pub(super) fn hides(self, observation: &Observation) -> bool {
        let beyond = |stage: Stage| outcome::stage_of(observation.answer) > stage;
        outcome::is_finding(observation.answer) && self.breaks_at.is_none_or(beyond)
    }
}

/// Whether a client tried to connect, so that it is known what happens.
pub(super) fn was_tried(evidence: &Evidence) -> bool {
    let tells = |o: &Observation| {
        let question = o.answer.question();
        question.stage() >= Stage::Connect && outcome::is_on_the_ladder(question)
    };
    evidence.observations().iter().any(tells)
}
