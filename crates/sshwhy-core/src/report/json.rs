//! The report for programs: one document, described by `docs/report.schema.json`.
//!
//! Its types exist for this promise alone, so that the model can change without breaking it. It
//! must never be read back by us: the case file is what is read.

use schemars::JsonSchema;
use serde::Serialize;

use super::summary;
use crate::causes;
use crate::model::case::Case;
use crate::model::diagnosis;
use crate::model::diagnosis::Diagnosis;
use crate::model::diagnosis::Ranked;
use crate::model::evidence::Observation;
use crate::model::measured::Measured;
use crate::model::outcome::Outcome;
use crate::model::stage::Stage;
use crate::model::target::Target;

/// The schema that this version writes.
pub const SCHEMA: &str = "sshwhy/report/1";

/// What a command that diagnoses says.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(title = "sshwhy report", deny_unknown_fields)]
pub struct Document {
    /// Always `sshwhy/report/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// Who was probed.
    pub target: Target,
    /// What the person in front of the terminal meets.
    pub outcome: Outcome,
    /// Where it broke; null when nothing is wrong.
    pub stage: Option<Stage>,
    /// How long the diagnosis took.
    #[schemars(range(min = 0.0))]
    pub seconds: f64,
    /// How many connections to the target it opened.
    pub connections: u32,
    /// The causes, most probable first; empty when nothing is wrong.
    pub causes: Vec<Suspect>,
    /// True and worth mending, but not why this connection fails.
    pub also_found: Vec<Suspect>,
    /// What would decide, best first; empty when one cause stands alone.
    pub needs: Vec<Need>,
    /// What was measured of the fault, where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// Who was judged and why, when nobody was named, and what would become of others.
    pub notes: Vec<String>,
    /// Lines worth mending that do not stop this connection, each with its place.
    pub warnings: Vec<String>,
    /// What was not looked at and why, in words.
    pub not_assessed: Vec<String>,
    /// Everything seen, in order.
    pub observations: Vec<Seen>,
}

/// A cause with what speaks for and against it.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(rename = "cause", deny_unknown_fields)]
pub struct Suspect {
    /// The stable id: see `sshwhy causes`.
    pub id: &'static str,
    /// How probable it is, to three digits. Never 1: nothing is that certain.
    #[schemars(range(min = 0.0, max = 0.999))]
    pub probability: f64,
    /// The trouble in a few words.
    pub title: &'static str,
    /// What speaks for it, strongest first.
    pub evidence: Vec<Evidence>,
    /// What speaks against it, strongest first.
    pub against: Vec<Evidence>,
    /// How it is mended: one line to act on.
    pub fix: String,
}

/// An observation that speaks for or against a cause.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(rename = "evidence", deny_unknown_fields)]
pub struct Evidence {
    /// The question's name.
    pub question: String,
    /// The answer's name.
    pub answer: String,
    /// Which probe saw it, or the file and line that say it.
    pub source: String,
    /// The bytes, numbers or words that show it.
    pub text: String,
}

/// An observation.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(rename = "observation", deny_unknown_fields)]
pub struct Seen {
    /// The question's name.
    pub question: String,
    /// The answer's name.
    pub answer: String,
    /// Which probe saw it, or the file and line that say it.
    pub source: String,
    /// The bytes, numbers or words that show it.
    pub text: String,
    /// When, in seconds since the run began.
    pub at: f64,
}

/// A question that nobody could put from here and whose answer would decide.
#[derive(Clone, Debug, JsonSchema, PartialEq, Serialize)]
#[schemars(rename = "need", deny_unknown_fields)]
pub struct Need {
    /// The question's name.
    pub question: String,
    /// How a person asks it.
    pub how: String,
    /// The ids of the causes that it would decide between, most probable first.
    pub would_decide: Vec<&'static str>,
}

impl Document {
    /// The document of a case and its diagnosis.
    pub fn new(case: &Case, diagnosis: &Diagnosis) -> Self {
        let need = |need: &diagnosis::Need| Need {
            question: need.question.name(),
            how: summary::how(case, need.question),
            would_decide: need.would_decide.iter().map(|(id, _)| *id).collect(),
        };
        Self {
            schema: SCHEMA,
            target: case.target.clone(),
            outcome: diagnosis.broke.map_or(Outcome::Healthy, |broke| broke.outcome),
            stage: diagnosis.broke.map(|broke| broke.stage),
            seconds: rounded(case.seconds),
            connections: case.connections,
            causes: suspects(case, &diagnosis.causes),
            also_found: suspects(case, &diagnosis.also_found),
            needs: diagnosis.needs.iter().map(need).collect(),
            measured: Some(case.measured.clone()).filter(|measured| !measured.is_empty()),
            notes: case.notes.clone(),
            warnings: case.warnings.clone(),
            not_assessed: case.not_assessed.clone(),
            observations: case.observations.observations().iter().map(seen).collect(),
        }
    }

    /// The document as text, one field a line, ending in a newline.
    pub fn to_json(&self) -> String {
        let mut text = escaped(&serde_json::to_string_pretty(self).unwrap_or_default());
        text.push('\n');
        text
    }
}

/// Spells out what a terminal would obey or hide. Outside strings JSON is ASCII, so every other
/// character stands inside one, where an escape means the same.
fn escaped(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        let spelled = c.escape_debug();
        if c.is_ascii() && c != '\x7f' || spelled.len() == 1 {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

/// The report as JSON: see [`Document`].
pub fn render(case: &Case, diagnosis: &Diagnosis) -> String {
    Document::new(case, diagnosis).to_json()
}

/// The JSON schema of [`Document`], as it stands in `docs/report.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Document);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn suspects(case: &Case, ranked: &[Ranked]) -> Vec<Suspect> {
    let observations = case.observations.observations();
    let cited = |indexes: &[usize]| {
        indexes.iter().filter_map(|i| observations.get(*i)).map(evidence).collect()
    };
    let suspect = |r: &Ranked| {
        let cause = causes::find(r.id)?;
        Some(Suspect {
            id: r.id,
            probability: rounded(r.probability).min(0.999),
            title: cause.title,
            evidence: cited(&r.supporting),
            against: cited(&r.opposing),
            fix: case.fill(cause.remedy),
        })
    };
    ranked.iter().filter_map(suspect).collect()
}

fn evidence(observation: &Observation) -> Evidence {
    Evidence {
        question: observation.answer.question().name(),
        answer: observation.answer.name(),
        source: observation.source.clone(),
        text: observation.text.clone(),
    }
}

fn seen(observation: &Observation) -> Seen {
    let Evidence { question, answer, source, text } = evidence(observation);
    Seen { question, answer, source, text, at: rounded(observation.at) }
}

/// To three digits; what is no number at all becomes zero, because JSON has no word for it.
fn rounded(number: f64) -> f64 {
    if number.is_finite() { (number.max(0.0) * 1000.0).round() / 1000.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_never_commands_a_terminal_and_means_the_same() {
        let check = |text: &str, expected: &str| {
            let json = escaped(&serde_json::to_string(text).unwrap());
            assert_eq!(json, expected);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        };
        check("\x1b[2J\u{9b}2J\x7f", r#""\u001b[2J\u009b2J\u007f""#);
        check("\u{202e}\u{e0041}", r#""\u202e\udb40\udc41""#);
        check("a \"quote\" \\ Grüße 世界", r#""a \"quote\" \\ Grüße 世界""#);
    }

    #[test]
    fn numbers_are_finite_and_short() {
        for (number, expected) in
            [(f64::NAN, 0.0), (f64::INFINITY, 0.0), (-1.0, 0.0), (0.12345, 0.123)]
        {
            assert!((rounded(number) - expected).abs() < f64::EPSILON, "{number}");
        }
    }
}
