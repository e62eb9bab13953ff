//! What is true and cannot be the reason: findings on the server that this connection never meets.
//!
//! A fault hides those after it. A connection that was seen to break at a stage never meets what
//! waits for it at a later one; a connection that works is stopped by nothing.

use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::outcome;
use crate::model::question::Listener;
use crate::model::question::ServerLog;
use crate::model::stage::Stage;

/// How far the connection of some evidence gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    /// The stage at which it breaks; `None` when it was seen to work.
    breaks_at: Option<Stage>,
    /// Whether nothing listens, so that what keeps sshd from starting is met first of all.
    nothing_listens: bool,
}

impl Reach {
    /// As far as a client saw; otherwise up to the first thing that a look at the server found.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let observations = evidence.observations();
        let nothing_listens = evidence.holds(Listener::Nothing);
        let reach = |breaks_at| Self { breaks_at, nothing_listens };
        if let Some((broke, shown_by)) = outcome::first_break(evidence)
            && !outcome::is_passing(broke, shown_by)
        {
            return reach(Some(broke.stage));
        }
        if was_tried(evidence) {
            // What takes long, or fails at times, is met all the same, wherever it lies.
            let passing = outcome::first_break(evidence).map(|_| Stage::Idle);
            return reach(passing);
        }
        let findings = observations.iter().filter(|o| outcome::is_finding(o.answer));
        reach(findings.map(|o| outcome::stage_of(o.answer)).min())
    }

    /// The stage at which the connection breaks; `None` when it was seen to work, or nothing was found.
    pub(super) fn breaks_at(self) -> Option<Stage> {
        self.breaks_at
    }

    /// Whether an observation is a finding that the connection does not get as far as.
    pub(super) fn hides(self, observation: &Observation) -> bool {
        let answer = observation.answer;
        if self.nothing_listens && outcome::keeps_from_starting(answer) {
            return false;
        }
        let beyond = |stage: Stage| outcome::stage_of(answer) > stage;
        outcome::is_finding(answer) && self.breaks_at.is_none_or(beyond)
    }
}

/// Whether an observation tells of tries before something that was found came about: that the log is silent says nothing
/// against what a look at the server finds now. An sshd that does not start says why, though.
pub(super) fn is_outdated(evidence: &Evidence, reach: Reach, observation: &Observation) -> bool {
    let finds = |o: &Observation| outcome::is_finding(o.answer) && !reach.hides(o);
    observation.answer == ServerLog::Nothing.into()
        && !reach.nothing_listens
        && evidence.observations().iter().any(finds)
}

/// Whether a client tried to connect, so that it is known what happens.
pub(super) fn was_tried(evidence: &Evidence) -> bool {
    let tells = |o: &Observation| {
        let question = o.answer.question();
        question.stage() >= Stage::Connect && outcome::is_on_the_ladder(question)
    };
    evidence.observations().iter().any(tells)
}
