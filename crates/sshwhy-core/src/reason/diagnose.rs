//! From evidence to a diagnosis.

use std::collections::BTreeMap;

use super::aside;
use super::aside::Reach;
use super::needs;
use super::ruled_out;
use super::table::Hypothesis;
use super::table::TABLE;
use crate::model::diagnosis::Diagnosis;
use crate::model::diagnosis::Ranked;
use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::outcome;
use crate::model::outcome::Break;
use crate::model::outcome::Outcome;
use crate::model::question::Prediction;
use crate::model::question::Question;

/// A cause is named as *the* cause from this probability on…
const SINGLED_OUT: f64 = 0.75;
/// …and when the next one is at most this share of it.
const RUNNER_UP: f64 = 0.25;
/// Causes below this probability are not worth a line.
pub(super) const WORTH_A_LINE: f64 = 0.01;
/// An observation speaks for or against a cause when it changes its odds by this factor.
const TELLING: f64 = 1.5;

/// Weighs all hypotheses by the evidence.
///
/// The order of the observations is irrelevant. Without any sign of a break nothing is blamed,
/// however little was looked at.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    let posterior = posterior(evidence);
    let reach = Reach::of(evidence);
    let broke = outcome::first_break(evidence).map(|(b, _)| b);
    let broke = broke.or_else(|| would_break(evidence, &posterior));

    let mut diagnosis = Diagnosis { broke, ..Diagnosis::default() };
    let mut causes = Vec::new();
    for (h, hypothesis) in TABLE.hypotheses.iter().enumerate() {
        match hypothesis {
            Hypothesis::Healthy => diagnosis.healthy = posterior[h],
            Hypothesis::Unlisted => diagnosis.unlisted = posterior[h],
            Hypothesis::Cause(cause) => {
                let shown = cause.shown_by.iter().any(|a| evidence.holds(*a));
                causes.push((h, cause.id, posterior[h], shown));
            }
        }
    }
    causes.sort_by(|a, b| b.2.total_cmp(&a.2));

    let blamed = diagnosis.broke.is_some() && diagnosis.healthy < 0.5;
    let ranked = |h, id, probability| ranked(evidence, reach, &posterior, h, id, probability);
    for (h, id, probability, shown) in causes {
        let listed = blamed && probability >= WORTH_A_LINE;
        if listed {
            diagnosis.causes.push(ranked(h, id, probability));
        } else if shown {
            diagnosis.also_found.push(ranked(h, id, probability));
        }
    }
    diagnosis.singled_out = singled_out(&diagnosis.causes);
    if blamed {
        diagnosis.ruled_out = ruled_out::ruled_out(evidence, &posterior);
    }
    if blamed && !diagnosis.singled_out {
        diagnosis.needs = needs::needs(evidence, &posterior);
    }
    diagnosis
}

/// Where and how a connection would break that nobody tried, by what was found on the server;
/// `None` when nothing was found, or a client saw what happens.
fn would_break(evidence: &Evidence, posterior: &[f64]) -> Option<Break> {
    let found = evidence.observations().iter().any(|o| outcome::is_finding(o.answer));
    if !found || aside::was_tried(evidence) {
        return None;
    }
    let first = (0..posterior.len()).max_by(|a, b| posterior[*a].total_cmp(&posterior[*b]))?;
    let Hypothesis::Cause(cause) = TABLE.hypotheses[first] else { return None };
    let stage = Reach::of(evidence).breaks_at().unwrap_or(cause.stage);
    let met = |p: &Prediction| {
        let is_there = p.answer.question().stage() == stage;
        Some((outcome::met(p.answer)?, (is_there, p.frequency.probability())))
    };
    let likelier = |a: &(bool, f64), b: &(bool, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let predictions = cause.predictions.iter().rev().filter_map(met);
    let likeliest = predictions.max_by(|a, b| likelier(&a.1, &b.1));
    Some(Break { outcome: likeliest.map_or(Outcome::Error, |(o, _)| o), stage })
}

fn singled_out(causes: &[Ranked]) -> bool {
    let first = causes.first().map_or(0.0, |c| c.probability);
    let second = causes.get(1).map_or(0.0, |c| c.probability);
    first >= SINGLED_OUT && second <= RUNNER_UP * first
}

/// The probability of every hypothesis of the table, given the evidence.
pub(crate) fn posterior(evidence: &Evidence) -> Vec<f64> {
    let reach = Reach::of(evidence);
    let mut by_question: BTreeMap<Question, Vec<&Observation>> = BTreeMap::new();
    let counts = |o: &&Observation| !reach.hides(o) && !aside::is_outdated(evidence, reach, o);
    for observation in evidence.observations().iter().filter(counts) {
        by_question.entry(observation.answer.question()).or_default().push(observation);
    }
    let scores = TABLE.priors.iter().enumerate().map(|(h, prior)| {
        let evidence: f64 = by_question
            .values()
            .map(|seen| {
                // The same thing seen twice is not twice the evidence.
                let logs = seen.iter().map(|o| TABLE.likelihood(h, o.answer).ln());
                logs.sum::<f64>() / seen.len() as f64
            })
            .sum();
        prior.ln() + evidence
    });
    normalised(scores.collect())
}

fn normalised(logs: Vec<f64>) -> Vec<f64> {
    let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|l| (l - best).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

/// By how much an observation changes the odds of a hypothesis: P(answer | it) over
/// P(answer | anything else that is still believed).
pub(crate) fn factor(posterior: &[f64], h: usize, observation: &Observation) -> f64 {
    let mine = TABLE.likelihood(h, observation.answer);
    let (mut others, mut weight) = (0.0, 0.0);
    for (other, prior) in TABLE.priors.iter().enumerate() {
        if other != h {
            // Both what was believed before and what is believed now: a rival that the evidence
            // has struck out already still shows what the observation was good for.
            let belief = 0.5 * prior + 0.5 * posterior[other];
            others += belief * TABLE.likelihood(other, observation.answer);
            weight += belief;
        }
    }
    mine * weight / others
}

fn ranked(
    evidence: &Evidence,
    reach: Reach,
    posterior: &[f64],
    h: usize,
    id: &'static str,
    probability: f64,
) -> Ranked {
    let mut factors: Vec<(usize, f64)> = evidence
        .observations()
        .iter()
        .enumerate()
        .filter(|(_, o)| !reach.hides(o) || shows(h, o))
        .filter(|(_, o)| !aside::is_outdated(evidence, reach, o))
        .map(|(i, o)| (i, factor(posterior, h, o)))
        .collect();
    factors.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let supporting = factors.iter().filter(|f| f.1 >= TELLING).map(|f| f.0).collect();
    let opposing = factors.iter().rev().filter(|f| f.1 <= 1.0 / TELLING).map(|f| f.0).collect();
    Ranked { id, probability, supporting, opposing }
}

/// Whether an observation proves a hypothesis on its own.
fn shows(h: usize, observation: &Observation) -> bool {
    match TABLE.hypotheses[h] {
        Hypothesis::Cause(cause) => cause.shown_by.contains(&observation.answer),
        Hypothesis::Healthy | Hypothesis::Unlisted => false,
    }
}
