//! Which probe helps most for its cost.

use super::diagnose::factor;
use super::diagnose::posterior;
use super::table::Hypothesis;
use super::table::TABLE;
use crate::model::diagnosis::Effect;
use crate::model::evidence::Evidence;
use crate::model::offer::Offer;
use crate::model::question::Question;

/// Probing stops when one hypothesis is this probable.
const CERTAIN: f64 = 0.95;
/// A probe must be expected to remove this much doubt, in bits.
const WORTH_PROBING: f64 = 0.02;

/// A probe that could be run, with what it is expected to bring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The probe.
    pub offer: Offer,
    /// The doubt that it is expected to remove, in bits.
    pub bits: f64,
    /// The same for its cost: the number that it is ranked by.
    pub worth: f64,
}

/// The offers that could still change the answer, best first.
///
/// Empty when one hypothesis is certain enough or no offer could bring anything.
pub fn next(evidence: &Evidence, offers: &[Offer]) -> Vec<Choice> {
    let posterior = posterior(evidence);
    if posterior.iter().any(|p| *p >= CERTAIN) {
        return Vec::new();
    }
    let doubt = entropy(&posterior);
    let mut choices: Vec<Choice> = offers
        .iter()
        .map(|offer| {
            let asked = offer.questions.iter().filter(|q| evidence.answer(**q).is_none());
            let bits: f64 = asked.map(|q| information(&posterior, *q)).sum();
            // Answers of one probe overlap; together they cannot remove more than all doubt.
            let bits = bits.min(doubt);
            Choice { offer: *offer, bits, worth: bits / offer.cost.weight() }
        })
        .filter(|choice| choice.bits >= WORTH_PROBING)
        .collect();
    choices.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    choices
}

/// The doubt, in bits, that the answer to a question is expected to remove.
pub(crate) fn information(posterior: &[f64], question: Question) -> f64 {
    let before = entropy(posterior);
    let after: f64 = question
        .answers()
        .iter()
        .map(|answer| {
            let joint: Vec<f64> = posterior
                .iter()
                .enumerate()
                .map(|(h, p)| p * TABLE.likelihood(h, *answer))
                .collect();
            let probability: f64 = joint.iter().sum();
            if probability <= 0.0 {
                return 0.0;
            }
            let then: Vec<f64> = joint.iter().map(|p| p / probability).collect();
            probability * entropy(&then)
        })
        .sum();
    (before - after).max(0.0)
}

fn entropy(distribution: &[f64]) -> f64 {
    -distribution.iter().filter(|p| **p > 0.0).map(|p| p * p.log2()).sum::<f64>()
}

/// What each observation did to the `leading` most probable hypotheses.
pub fn effects(evidence: &Evidence, leading: usize) -> Vec<Effect> {
    let posterior = posterior(evidence);
    let mut order: Vec<usize> = (0..posterior.len()).collect();
    order.sort_by(|a, b| posterior[*b].total_cmp(&posterior[*a]));
    order.truncate(leading);
    let describe = |(i, observation)| {
        let mut factors: Vec<(&'static str, f64)> =
            order.iter().map(|h| (name(*h), factor(&posterior, *h, observation))).collect();
        factors.sort_by(|a, b| b.1.ln().abs().total_cmp(&a.1.ln().abs()));
        Effect { observation: i, factors }
    };
    evidence.observations().iter().enumerate().map(describe).collect()
}

fn name(hypothesis: usize) -> &'static str {
    match TABLE.hypotheses[hypothesis] {
        Hypothesis::Healthy => "healthy",
        Hypothesis::Unlisted => "unlisted",
        Hypothesis::Cause(cause) => cause.id,
    }
}
