//! Which look-alikes the evidence struck out, and by which observation.

use super::diagnose::WORTH_A_LINE;
use super::table::Hypothesis;
use super::table::TABLE;
use crate::model::diagnosis::RuledOut;
use crate::model::evidence::Evidence;
use crate::model::outcome;
use crate::model::question::Answer;

/// A cause is a look-alike when it makes us see the break at least this often…
const LOOKS_ALIKE: f64 = 0.2;
/// …and is struck out by an observation that the leading hypothesis predicts this many times as
/// often.
const CONTRADICTS: f64 = 4.0;

/// The look-alikes that are not believed any more, the commonest first.
pub(super) fn ruled_out(evidence: &Evidence, posterior: &[f64]) -> Vec<RuledOut> {
    let Some((_, broke)) = outcome::first_break(evidence) else { return Vec::new() };
    let believed = (0..posterior.len()).max_by(|a, b| posterior[*a].total_cmp(&posterior[*b]));
    let Some(believed) = believed else { return Vec::new() };

    let mut found: Vec<(f64, RuledOut)> = Vec::new();
    for (h, hypothesis) in TABLE.hypotheses.iter().enumerate() {
        let Hypothesis::Cause(cause) = hypothesis else { continue };
        let alike = TABLE.likelihood(h, broke.answer);
        if posterior[h] >= WORTH_A_LINE || alike < LOOKS_ALIKE {
            continue;
        }
        if let Some((observation, expected)) = contradiction(evidence, believed, h) {
            let commonness = TABLE.priors[h] * alike;
            found.push((commonness, RuledOut { id: cause.id, observation, expected }));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, ruled_out)| ruled_out).collect()
}

/// The observation that speaks most for `believed` against `h`, and what `h` predicted instead.
fn contradiction(evidence: &Evidence, believed: usize, h: usize) -> Option<(usize, Answer)> {
    let factor = |answer| TABLE.likelihood(believed, answer) / TABLE.likelihood(h, answer);
    let (index, observation) = evidence
        .observations()
        .iter()
        .enumerate()
        .max_by(|a, b| factor(a.1.answer).total_cmp(&factor(b.1.answer)))?;
    let answers = observation.answer.question().answers();
    let likelier =
        |a: &&Answer, b: &&Answer| TABLE.likelihood(h, **a).total_cmp(&TABLE.likelihood(h, **b));
    let expected = *answers.iter().max_by(likelier)?;
    let contradicts = factor(observation.answer) >= CONTRADICTS && expected != observation.answer;
    contradicts.then_some((index, expected))
}
