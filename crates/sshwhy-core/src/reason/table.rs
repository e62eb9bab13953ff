//! The predictions of every hypothesis for every question, as numbers.

use std::sync::LazyLock;

use crate::causes::CAUSES;
use crate::causes::Cause;
use crate::model::question::Answer;
use crate::model::question::Frequency;
use crate::model::question::Prediction;
use crate::model::question::Question;

/// What may be the case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hypothesis {
    /// Nothing is wrong.
    Healthy,
    /// A cause of the catalogue.
    Cause(&'static Cause),
    /// Something is wrong that the catalogue does not hold: it predicts nothing, and so wins only
    /// where every cause is contradicted.
    Unlisted,
}

/// The weight of "nothing is wrong" before anything is seen, as a share of all.
///
/// People ask because something failed, but it may be over, or lie with a password.
const HEALTHY_SHARE: f64 = 0.2;

/// The share of what the catalogue does not hold.
const UNLISTED_SHARE: f64 = 0.02;

/// All hypotheses, with what they predict.
pub(crate) struct Table {
    pub(crate) hypotheses: Vec<Hypothesis>,
    /// Before anything is seen; sums to one.
    pub(crate) priors: Vec<f64>,
    /// `[hypothesis][question][answer]`; each innermost row sums to one.
    likelihoods: Vec<Vec<Vec<f64>>>,
}

/// The table of the catalogue. Computed once: it is a constant that needs arithmetic.
pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(CAUSES));

impl Table {
    pub(crate) fn new(causes: &'static [&'static Cause]) -> Self {
        let weights: f64 = causes.iter().map(|c| c.commonness.weight()).sum();
        let share = 1.0 - HEALTHY_SHARE - UNLISTED_SHARE;

        let mut hypotheses = vec![Hypothesis::Healthy, Hypothesis::Unlisted];
        let mut priors = vec![HEALTHY_SHARE, UNLISTED_SHARE];
        for cause in causes {
            hypotheses.push(Hypothesis::Cause(cause));
            priors.push(share * cause.commonness.weight() / weights);
        }
        let likelihoods = hypotheses
            .iter()
            .map(|h| Question::ALL.iter().map(|q| row(*h, *q)).collect())
            .collect();
        Self { hypotheses, priors, likelihoods }
    }

    /// P(answer | hypothesis).
    pub(crate) fn likelihood(&self, hypothesis: usize, answer: Answer) -> f64 {
        self.likelihoods[hypothesis][answer.question() as usize][answer.index()]
    }
}

/// The distribution over the answers of a question.
fn row(hypothesis: Hypothesis, question: Question) -> Vec<f64> {
    match hypothesis {
        Hypothesis::Unlisted => uniform(question),
        Hypothesis::Healthy => distribution(question, question.healthy()),
        Hypothesis::Cause(cause) => {
            let about: Vec<Prediction> = cause
                .predictions
                .iter()
                .filter(|p| p.answer.question() == question)
                .copied()
                .collect();
            if !about.is_empty() {
                distribution(question, &about)
            } else if question.stage() > cause.stage && !cause.intermittent {
                uniform(question)
            } else {
                distribution(question, question.healthy())
            }
        }
    }
}

fn uniform(question: Question) -> Vec<f64> {
    let count = question.answers().len();
    vec![1.0 / count as f64; count]
}

/// Spreads what the predictions leave over the answers that they do not mention.
fn distribution(question: Question, predictions: &[Prediction]) -> Vec<f64> {
    if predictions.is_empty() {
        return uniform(question);
    }
    let count = question.answers().len();
    let mentioned: f64 = predictions.iter().map(|p| p.frequency.probability()).sum();
    let others = count - predictions.len();
    let left = (1.0 - mentioned).max(0.0) / others.max(1) as f64;
    let mut row = vec![left.max(Frequency::Never.probability()); count];
    for prediction in predictions {
        row[prediction.answer.index()] = prediction.frequency.probability();
    }
    let sum: f64 = row.iter().sum();
    row.iter().map(|p| p / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_distribution() {
        for (h, _) in TABLE.hypotheses.iter().enumerate() {
            for question in Question::ALL {
                let sum: f64 = question.answers().iter().map(|a| TABLE.likelihood(h, *a)).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{question:?}: {sum}");
            }
        }
        assert!((TABLE.priors.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
