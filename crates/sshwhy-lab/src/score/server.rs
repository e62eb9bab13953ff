//! Compares what `sshwhy server` said with what is true and can be seen there.

use std::fmt::Write;

use super::CLAIM;
use super::causes;
use crate::run::Outcome;
use crate::scenario::Scenario;

/// The score of one look at a server.
#[derive(Debug, Clone)]
pub struct ServerScore {
    /// The scenario.
    pub slug: &'static str,
    /// The true cause; `None` for a control.
    pub truth: Option<&'static str>,
    /// The cause that the server can name, and the words that its evidence must hold; `None` where
    /// nothing on the server shows the fault.
    pub expected: Option<(&'static str, &'static str)>,
    /// What was named first, with its probability.
    pub first: Option<(String, f64)>,
    /// Whether the true cause is first and its line is in the evidence; or nothing is blamed
    /// where nothing can be seen.
    pub right: bool,
    /// How long it took, seconds.
    pub seconds: f64,
}

/// Scores one run of `sshwhy server`. A run without a report is wrong.
#[must_use]
pub fn score(scenario: &Scenario, outcome: &Outcome) -> ServerScore {
    let first = outcome.report.as_ref().and_then(|report| causes(report).into_iter().next());
    let named = |id: &str| first.as_ref().is_some_and(|(first, _)| first == id);
    let claimed = first.as_ref().is_some_and(|(_, probability)| *probability >= CLAIM);
    let expected = scenario.on_server.expected(scenario.truth);
    let right = match (expected, scenario.truth) {
        (Some((id, words)), _) => named(id) && shows(outcome, words),
        // What nothing on the server shows may be said all the same when it is true.
        (None, Some(truth)) => !claimed || named(truth),
        (None, None) => !claimed,
    };
    ServerScore {
        slug: scenario.slug,
        truth: scenario.truth,
        expected,
        right: right && outcome.report.is_some(),
        first,
        seconds: outcome.seconds,
    }
}

/// Whether the evidence for the first cause holds these words, as its source or its text.
fn shows(outcome: &Outcome, words: &str) -> bool {
    let evidence = outcome.report.as_ref().and_then(|r| r.pointer("/causes/0/evidence"));
    let evidence = evidence.and_then(serde_json::Value::as_array);
    let holds = |piece: &serde_json::Value| {
        let part = |name: &str| piece.get(name).and_then(serde_json::Value::as_str);
        let line = format!("{} {}", part("source").unwrap_or(""), part("text").unwrap_or(""));
        line.contains(words)
    };
    evidence.is_some_and(|pieces| pieces.iter().any(holds))
}

/// The scores of a whole run as text: what was wrong, and the sums.
#[must_use]
pub fn table(scores: &[ServerScore]) -> String {
    let mut text = String::new();
    for score in scores {
        let mark = if score.right { "✓" } else { "✗" };
        let (said, p) = score.first.clone().unwrap_or_else(|| ("-".to_owned(), 0.0));
        let shows = score.expected.map_or("", |(_, words)| words);
        let truth = score.truth.unwrap_or("healthy");
        let _ = writeln!(
            text,
            "{mark} {:<32} {truth:<28} {said:<28} {p:>5.2} {:>6.2}  {shows}",
            score.slug, score.seconds
        );
    }
    let sum = |visible: bool| {
        let of = scores.iter().filter(|s| s.expected.is_some() == visible);
        let of: Vec<&ServerScore> = of.collect();
        (of.iter().filter(|s| s.right).count(), of.len())
    };
    let ((right, faults), (quiet, silent)) = (sum(true), sum(false));
    let slowest = scores.iter().map(|s| s.seconds).fold(0.0, f64::max);
    let _ = writeln!(
        text,
        "\nfaults that the server shows: {right} of {faults} named with their line\n\
         hosts where nothing can be seen: {quiet} of {silent} without blame\n\
         slowest {slowest:.2} s"
    );
    text
}
