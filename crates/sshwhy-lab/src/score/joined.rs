//! Compares what is said when both ends were looked at with what is true: no tie may be left that the
//! server can decide.

use std::fmt::Write;

use super::NAMED;
use super::causes;
use super::leading;
use crate::run::Outcome;
use crate::scenario::Scenario;

/// The score of one diagnosis from both ends.
#[derive(Debug, Clone)]
pub struct JoinedScore {
    /// The scenario.
    pub slug: &'static str,
    /// The cause that both ends together must name; `None` for a control, and where the server shows
    /// nothing.
    pub expected: Option<&'static str>,
    /// All that leads, most probable first.
    pub said: Vec<String>,
    /// Whether the true cause is named alone; for a control, nothing is.
    pub right: bool,
}

/// Scores one run with `--with`. A run without a report is wrong.
#[must_use]
pub fn score(scenario: &Scenario, outcome: &Outcome) -> JoinedScore {
    let causes = outcome.report.as_ref().map(causes).unwrap_or_default();
    let expected = scenario.on_server.expected(scenario.truth).map(|(id, _)| id);
    let named = |wanted: &str| {
        let alone = leading(&causes).count() == 1;
        alone && causes.first().is_some_and(|(id, p)| id == wanted && *p >= NAMED)
    };
    // What struck by chance, or keeps out only those who have no other way, is told beside a healthy
    // connection.
    let beside = |wanted: &str| {
        let report = outcome.report.as_ref();
        let works = report.and_then(|r| r.get("outcome")?.as_str()).is_some_and(|o| o == "healthy");
        let also = report.and_then(|r| r.get("also_found")?.as_array());
        let holds = |c: &serde_json::Value| c.get("id").is_some_and(|id| id == wanted);
        works && also.is_some_and(|also| also.iter().any(holds))
    };
    let right = match (expected, scenario.truth) {
        (Some(id), truth) => named(id) || beside(id) || truth.is_some_and(named),
        // What the server cannot show is scored by what the client alone must achieve.
        (None, Some(_)) => true,
        (None, None) => causes.iter().all(|(_, probability)| *probability < NAMED),
    };
    JoinedScore {
        slug: scenario.slug,
        expected,
        said: leading(&causes).map(|(id, p)| format!("{id} {p:.2}")).collect(),
        right: right && outcome.report.is_some(),
    }
}

/// What was left open, and the sums.
#[must_use]
pub fn table(scores: &[JoinedScore]) -> String {
    let mut text = String::new();
    for score in scores.iter().filter(|s| !s.right) {
        let expected = score.expected.unwrap_or("healthy");
        let _ = writeln!(text, "✗ {:<32} {expected:<28} {}", score.slug, score.said.join(", "));
    }
    let decided = scores.iter().filter(|s| s.expected.is_some());
    let (right, all) = decided.fold((0, 0), |(r, n), s| (r + usize::from(s.right), n + 1));
    let _ =
        writeln!(text, "both ends: {right} of {all} that the server can decide are named alone");
    text
}
