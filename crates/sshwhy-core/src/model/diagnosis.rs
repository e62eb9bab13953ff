//! What reasoning concludes: plain data for the report to show.

use crate::model::outcome::Break;
use crate::model::question::Answer;
use crate::model::question::Question;

/// The conclusion from all evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// Where and how the connection broke; `None` when it did not.
    pub broke: Option<Break>,
    /// The probability that nothing is wrong.
    pub healthy: f64,
    /// The probability that something is wrong that the catalogue does not hold.
    pub unlisted: f64,
    /// The causes, most probable first. Empty when nothing is wrong.
    pub causes: Vec<Ranked>,
    /// Causes that are true but do not explain this connection.
    pub also_found: Vec<Ranked>,
    /// Look-alikes that the evidence struck out, the commonest first.
    pub ruled_out: Vec<RuledOut>,
    /// What would decide, best first. Empty when one cause stands alone.
    pub needs: Vec<Need>,
    /// Whether the first cause may be named as *the* cause.
    pub singled_out: bool,
}

/// A cause and what speaks for and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The cause's id.
    pub id: &'static str,
    /// Its probability.
    pub probability: f64,
    /// Indexes of the observations that speak for it, strongest first.
    pub supporting: Vec<usize>,
    /// Indexes of the observations that speak against it, strongest first.
    pub opposing: Vec<usize>,
}

/// A cause that would explain the break and that another observation contradicts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuledOut {
    /// The cause's id.
    pub id: &'static str,
    /// The index of the observation that speaks most against it.
    pub observation: usize,
    /// What it would have made us see instead.
    pub expected: Answer,
}

/// A question that nobody could put from here and whose answer would decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The question.
    pub question: Question,
    /// The causes that it would decide between, most probable first, each with the answer that
    /// would confirm it.
    pub would_decide: Vec<(&'static str, Answer)>,
}

/// What one observation did to the leading hypotheses, for those who ask why.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The index of the observation.
    pub observation: usize,
    /// The id of each leading cause (`healthy` for none) and the factor on its odds, largest
    /// change first.
    pub factors: Vec<(&'static str, f64)>,
}
