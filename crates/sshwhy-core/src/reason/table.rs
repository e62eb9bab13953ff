//! The predictions of every hypothesis for every question, as numbers.

use std::sync::LazyLock;

use crate::causes::CAUSES;
use crate::causes::Cause;
use crate::model::outcome;
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
const UNLISTED_SHARE: f64 = 0.005;

/// How often a connection breaks in a way that the hypothesis does not mention.
const UNEXPLAINED: f64 = 5e-4;

/// The same for a break that proves another cause on its own.
const DISPROVED: f64 = 1e-4;

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
        let proofs = proofs(causes);
        let sound: Vec<Vec<f64>> =
            Question::ALL.iter().map(|q| row(*q, q.healthy(), &proofs)).collect();
        let likelihoods = hypotheses.iter().map(|h| rows(*h, &sound, &proofs)).collect();
        Self { hypotheses, priors, likelihoods }
    }

    /// P(answer | hypothesis).
    pub(crate) fn likelihood(&self, hypothesis: usize, answer: Answer) -> f64 {
        self.likelihoods[hypothesis][answer.question() as usize][answer.index()]
    }
}

/// The breaks that prove a cause on their own. What is found besides, such as a key file that is
/// readable by others, may be true and not the reason: it proves nothing about the others.
fn proofs(causes: &[&'static Cause]) -> Vec<Answer> {
    causes.iter().flat_map(|c| c.shown_by).copied().filter(|a| stops(*a)).collect()
}

/// What a hypothesis predicts for each question; `sound` is what a sound host does.
///
/// What a cause does not mention is as on a sound host, also beyond the stage where it breaks:
/// what got past it goes on as it would anywhere.
fn rows(hypothesis: Hypothesis, sound: &[Vec<f64>], proofs: &[Answer]) -> Vec<Vec<f64>> {
    let cause = match hypothesis {
        Hypothesis::Unlisted => return Question::ALL.iter().map(|q| uniform(*q)).collect(),
        Hypothesis::Healthy => return sound.to_vec(),
        Hypothesis::Cause(cause) => cause,
    };
    let row_of = |(question, sound): (&Question, &Vec<f64>)| {
        let about = |p: &&Prediction| p.answer.question() == *question;
        let about: Vec<Prediction> = cause.predictions.iter().filter(about).copied().collect();
        if about.is_empty() { sound.clone() } else { row(*question, &about, proofs) }
    };
    Question::ALL.iter().zip(sound).map(row_of).collect()
}

/// The distribution over the answers of a question.
fn row(question: Question, about: &[Prediction], proofs: &[Answer]) -> Vec<f64> {
    let mut row = distribution(question, about);
    for answer in question.answers().iter().filter(|a| stops(**a)) {
        if about.iter().all(|p| p.answer != *answer) {
            let most = if proofs.contains(answer) { DISPROVED } else { UNEXPLAINED };
            row[answer.index()] = row[answer.index()].min(most);
        }
    }
    let sum: f64 = row.iter().sum();
    row.iter().map(|p| p / sum).collect()
}

/// Whether an answer says that something stops the connection, seen from either end.
fn stops(answer: Answer) -> bool {
    outcome::is_break(answer) || outcome::is_finding(answer)
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
