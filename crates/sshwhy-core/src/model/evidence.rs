//! Observations and what they are kept in.

use std::net::SocketAddr;

use serde::Deserialize;
use serde::Serialize;

use crate::model::question::Answer;
use crate::model::question::Question;

/// One answer that was seen, with where it came from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Observation {
    /// The answer, and with it the question.
    #[serde(flatten)]
    pub answer: Answer,
    /// Which probe saw it, or the file and line that say it.
    pub source: String,
    /// When, in seconds since the run began.
    pub at: f64,
    /// The bytes, numbers or words that show it.
    pub text: String,
}

/// Everything seen so far, in order.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Evidence {
    observations: Vec<Observation>,
}

impl Evidence {
    /// Adds an observation.
    pub fn push(&mut self, observation: Observation) {
        self.observations.push(observation);
    }

    /// All observations, in order.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// The first answer to a question; `None` when it was not asked.
    pub fn answer(&self, question: Question) -> Option<Answer> {
        self.observation(question).map(|observation| observation.answer)
    }

    /// The observation that first answered a question.
    pub fn observation(&self, question: Question) -> Option<&Observation> {
        self.observations.iter().find(|o| o.answer.question() == question)
    }

    /// Whether this answer was seen.
    pub fn holds(&self, answer: impl Into<Answer>) -> bool {
        let answer = answer.into();
        self.observations.iter().any(|o| o.answer == answer)
    }
}

impl FromIterator<Observation> for Evidence {
    fn from_iter<T: IntoIterator<Item = Observation>>(observations: T) -> Self {
        Self { observations: observations.into_iter().collect() }
    }
}

/// What went over one connection, for the ladder of the report.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Exchange {
    /// The probe that opened it.
    pub probe: String,
    /// Our end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<SocketAddr>,
    /// The other end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<SocketAddr>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// One thing that happened on a connection.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Event {
    /// Seconds since the connection attempt began.
    pub at: f64,
    /// Who did it.
    pub actor: Actor,
    /// What it was, in the protocol's terms: `SYN`, `SSH-2.0-OpenSSH_9.2`, `RST`.
    pub what: String,
}

/// Who did something on a connection.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// This host sent it.
    Us,
    /// The other end, or somebody in its name, sent it.
    Peer,
    /// Nobody: time passed.
    Nobody,
}
