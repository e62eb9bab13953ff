//! What nobody could ask from here and what would decide.

use super::next::information;
use super::table::Hypothesis;
use super::table::TABLE;
use crate::model::diagnosis::Need;
use crate::model::evidence::Evidence;
use crate::model::question::Answer;
use crate::model::question::Question;
use crate::model::question::Side;

/// At most so many are named: a tired person follows one.
const NAMED: usize = 3;
/// A question must be expected to remove this much doubt, in bits.
const WORTH_ASKING: f64 = 0.1;
/// Hypotheses below this probability are not worth deciding about.
const IN_QUESTION: f64 = 0.03;

/// The questions that only somebody elsewhere can answer, most decisive first.
pub(crate) fn needs(evidence: &Evidence, posterior: &[f64]) -> Vec<Need> {
    let mut asked: Vec<(f64, Question)> = Question::ALL
        .iter()
        .filter(|q| q.side() != Side::Client && evidence.answer(**q).is_none())
        .map(|q| (information(posterior, *q), *q))
        .collect();
    asked.sort_by(|a, b| b.0.total_cmp(&a.0));
    // One look at the server answers all of its questions: the best of them stands for all.
    let at_server = |asked: &(f64, Question)| asked.1.side() == Side::Server;
    let together: f64 = asked.iter().filter(|a| at_server(a)).map(|(bits, _)| bits).sum();
    if let Some(best) = asked.iter_mut().find(|a| at_server(a)) {
        best.0 = together;
    }
    asked.sort_by(|a, b| b.0.total_cmp(&a.0));
    asked
        .into_iter()
        .filter(|(bits, _)| *bits >= WORTH_ASKING)
        .take(NAMED)
        .map(|(_, question)| Need { question, would_decide: would_decide(posterior, question) })
        .collect()
}

/// The causes in question, each with the answer that would speak for it most.
fn would_decide(posterior: &[f64], question: Question) -> Vec<(&'static str, Answer)> {
    let mut causes: Vec<(f64, &'static str, Answer)> = Vec::new();
    for (h, hypothesis) in TABLE.hypotheses.iter().enumerate() {
        let Hypothesis::Cause(cause) = hypothesis else { continue };
        if posterior[h] < IN_QUESTION {
            continue;
        }
        let likeliest = question
            .answers()
            .iter()
            .max_by(|a, b| TABLE.likelihood(h, **a).total_cmp(&TABLE.likelihood(h, **b)));
        if let Some(answer) = likeliest {
            causes.push((posterior[h], cause.id, *answer));
        }
    }
    causes.sort_by(|a, b| b.0.total_cmp(&a.0));
    causes.into_iter().map(|(_, id, answer)| (id, answer)).collect()
}
