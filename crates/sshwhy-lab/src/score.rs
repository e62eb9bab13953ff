//! Compares what sshwhy said with what is true, and prints the table, the Brier score and the
//! calibration.
//!
//! Must never know a cause or a scenario by name.

pub mod joined;
pub mod server;

use std::fmt::Write;

use serde::Serialize;

use crate::run::Outcome;
use crate::scenario::Scenario;

/// Ids with at least this share of the first one's probability are in a tie with it: what is left
/// between them is how common each is, and not what was seen.
const TIE: f64 = 0.1;

/// Ids with at least this share of the first one's probability lead the tie: a person will believe them, so all of them must
/// be honest.
const LEADS: f64 = 0.25;

/// What is said with at least this is claimed.
const CLAIM: f64 = 0.5;

/// What is said with at least this, and leads alone, is named as the one cause.
const NAMED: f64 = 0.75;

/// What is said with at least this must not be wrong.
const SURE: f64 = 0.9;

/// How a diagnosis compares with the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The true cause is first; for a control: nothing is claimed.
    Right,
    /// The true cause is among ids that are about as likely, all of them honest, and what would
    /// decide is named.
    Tie,
    /// Anything else.
    Wrong,
}

/// The score of one run.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    /// The scenario.
    pub slug: &'static str,
    /// The true cause; `None` for a control.
    pub truth: Option<&'static str>,
    /// How the diagnosis compares.
    pub verdict: Verdict,
    /// An id that is not honest was said with 90 % or more.
    pub sure_and_wrong: bool,
    /// An id that must not be said was claimed.
    pub forbidden: Option<String>,
    /// The exit code, when it is not the one that scripts are promised.
    pub broken_promise: Option<String>,
    /// All that was said in a tie with the first, most probable first.
    pub tied: Vec<String>,
    /// Those of `tied` that a client cannot honestly name here.
    pub dishonest: Vec<String>,
    /// What was said first, with its probability; for a control without causes: nothing, with the
    /// probability of that.
    pub first: Option<String>,
    /// See `first`.
    pub probability: f64,
    /// Whether `first` is the truth.
    pub first_is_true: bool,
    /// Half the sum over all causes (and "nothing is wrong") of the squared difference between what
    /// was said and what is so.
    pub brier: f64,
    /// Connections that the diagnosis made.
    pub connections: usize,
    /// Its duration, seconds.
    pub seconds: f64,
    /// Its duration as a ratio to plain ssh's, if that was measured.
    pub ratio: Option<f64>,
}

/// One cause of a report: id and probability.
type Said = (String, f64);

/// Scores one run. A run without a report is wrong.
#[must_use]
pub fn score(scenario: &Scenario, outcome: &Outcome) -> Score {
    let causes = outcome.report.as_ref().map(causes);
    let needs = outcome
        .report
        .as_ref()
        .and_then(|report| report.get("needs")?.as_array())
        .map_or(0, Vec::len);
    let verdict = causes.as_ref().map_or(Verdict::Wrong, |causes| verdict(scenario, causes, needs));
    let brier = brier_of(scenario, causes.as_deref());
    let causes = causes.unwrap_or_default();
    let first =
        causes.first().filter(|(_, probability)| scenario.truth.is_some() || *probability >= CLAIM);
    let probability = match first {
        Some((_, probability)) => *probability,
        None => 1.0 - causes.first().map_or(0.0, |(_, probability)| *probability),
    };
    let claimed =
        |(id, probability): &&Said| *probability >= CLAIM && scenario.never.contains(&id.as_str());
    Score {
        slug: scenario.slug,
        truth: scenario.truth,
        verdict,
        sure_and_wrong: causes
            .iter()
            .any(|(id, probability)| *probability >= SURE && !scenario.allows(id)),
        forbidden: causes.iter().find(claimed).map(|(id, _)| id.clone()),
        broken_promise: broken_promise(scenario, outcome, &causes),
        tied: tied(&causes).map(|(id, _)| id.clone()).collect(),
        dishonest: leading(&causes)
            .filter(|(id, _)| !scenario.allows(id))
            .map(|(id, _)| id.clone())
            .collect(),
        first: first.map(|(id, _)| id.clone()),
        probability,
        first_is_true: outcome.report.is_some()
            && first.map(|(id, _)| id.as_str()) == scenario.truth,
        brier,
        connections: outcome.connections,
        seconds: outcome.seconds,
        ratio: outcome.plain.map(|(_, seconds)| outcome.seconds / seconds.max(0.001)),
    }
}

/// Compares the exit code with what `sshwhy --help` promises of it.
fn broken_promise(scenario: &Scenario, outcome: &Outcome, causes: &[Said]) -> Option<String> {
    let exit = outcome.exit.map_or("a signal".to_owned(), |code| format!("exit {code}"));
    let Some(report) = &outcome.report else { return Some(format!("{exit} without a report")) };
    let works = report.get("stage").is_none_or(serde_json::Value::is_null);
    let named = causes.first().is_some_and(|(_, probability)| *probability >= NAMED)
        && leading(causes).count() == 1;
    let promised = match (works || scenario.truth.is_none(), named) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 3,
    };
    (outcome.exit != Some(promised)).then(|| format!("{exit} instead of {promised}"))
}

fn causes(report: &serde_json::Value) -> Vec<Said> {
    let listed = report.get("causes").and_then(serde_json::Value::as_array).map(Vec::as_slice);
    let said = |cause: &serde_json::Value| {
        Some((cause.get("id")?.as_str()?.to_owned(), cause.get("probability")?.as_f64()?))
    };
    let mut causes: Vec<Said> = listed.unwrap_or_default().iter().filter_map(said).collect();
    causes.sort_by(|one, other| other.1.total_cmp(&one.1));
    causes
}

fn verdict(scenario: &Scenario, causes: &[Said], needs: usize) -> Verdict {
    let Some(truth) = scenario.truth else {
        let claimed = causes.iter().any(|(_, probability)| *probability >= CLAIM);
        return if claimed { Verdict::Wrong } else { Verdict::Right };
    };
    let Some((first, _)) = causes.first() else { return Verdict::Wrong };
    let mut tied = tied(causes);
    if first == truth {
        return Verdict::Right;
    }
    let honest = leading(causes).all(|(id, _)| scenario.allows(id));
    if honest && needs > 0 && tied.any(|(id, _)| id == truth) {
        Verdict::Tie
    } else {
        Verdict::Wrong
    }
}

/// The causes that are in a tie with the first, and the first.
fn tied(causes: &[Said]) -> impl Iterator<Item = &Said> {
    near(causes, TIE)
}

/// Those of a tie that a person will believe.
fn leading(causes: &[Said]) -> impl Iterator<Item = &Said> {
    near(causes, LEADS)
}

fn near(causes: &[Said], share: f64) -> impl Iterator<Item = &Said> {
    let highest = causes.first().map_or(0.0, |(_, probability)| *probability);
    causes.iter().take_while(move |(_, probability)| *probability >= share * highest)
}

/// The scores of a whole run as text: table, sums, Brier score, calibration.
#[must_use]
pub fn table(scores: &[Score]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<34} {:<28} {:<28} {:>5} {:>6} {:>5} {:>5}",
        "scenario", "truth", "said first", "p", "s", "ratio", "conn"
    );
    for score in scores {
        let mark = match score.verdict {
            Verdict::Right => "✓",
            Verdict::Tie => "≈",
            Verdict::Wrong => "✗",
        };
        let warning = if score.sure_and_wrong { "  wrong and sure" } else { "" };
        let forbidden =
            score.forbidden.as_ref().map_or(String::new(), |id| format!("  must not say {id}"));
        let promise =
            score.broken_promise.as_ref().map_or(String::new(), |exit| format!("  {exit}"));
        let ratio = score.ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.1}"));
        let _ = writeln!(
            text,
            "{mark} {:<32} {:<28} {:<28} {:>5.2} {:>6.2} {ratio:>5} {:>5}{warning}{forbidden}{promise}",
            score.slug,
            score.truth.unwrap_or("healthy"),
            score.first.as_deref().unwrap_or("-"),
            score.probability,
            score.seconds,
            score.connections,
        );
        if score.verdict == Verdict::Wrong && score.tied.len() > 1 {
            let _ = writeln!(
                text,
                "    in a tie: {}; not honest: {}",
                score.tied.join(" "),
                score.dishonest.join(" ")
            );
        }
    }
    text.push_str(&sums(scores));
    text
}

fn sums(scores: &[Score]) -> String {
    let (faults, controls): (Vec<_>, Vec<_>) =
        scores.iter().partition(|score| score.truth.is_some());
    let count =
        |scores: &[&Score], verdict| scores.iter().filter(|score| score.verdict == verdict).count();
    let (right, tie) = (count(&faults, Verdict::Right), count(&faults, Verdict::Tie));
    let mut ratios: Vec<f64> = faults.iter().filter_map(|score| score.ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\nfaults    {right} right, {tie} honest ties, {} wrong of {} ({:.1} %)",
        count(&faults, Verdict::Wrong),
        faults.len(),
        percent(right + tie, faults.len()),
    );
    let _ = writeln!(
        text,
        "controls  {} of {} blame something",
        count(&controls, Verdict::Wrong),
        controls.len()
    );
    let sure = scores.iter().filter(|score| score.sure_and_wrong).count();
    let forbidden = scores.iter().filter(|score| score.forbidden.is_some()).count();
    let _ = writeln!(text, "wrong and sure {sure}, said what must not be said {forbidden}");
    let most = scores.iter().map(|score| score.connections).max().unwrap_or_default();
    let _ = writeln!(text, "connections at most {most}");
    if let Some(median) = ratios.get(ratios.len() / 2) {
        let _ = writeln!(text, "time as a ratio to plain ssh, median {median:.2}");
    }
    let _ = writeln!(text, "Brier score {:.3}", brier(scores));
    text.push_str(&calibration(scores));
    text
}

/// The mean Brier score over all causes (Brier 1950, halved): 0 is perfect, 1 is sure and wrong
/// each time, and who says nothing about a fault gets 1 too.
#[must_use]
pub fn brier(scores: &[Score]) -> f64 {
    mean(scores.iter().map(|score| score.brier))
}

/// The Brier score of one diagnosis. What is left of one after all causes was said for "nothing is
/// wrong" when nothing is claimed to be broken, and for nothing at all otherwise.
fn brier_of(scenario: &Scenario, causes: Option<&[Said]>) -> f64 {
    let Some(causes) = causes else { return 1.0 };
    let healthy = if causes.is_empty() { 1.0 } else { 0.0 };
    let true_cause = |id: &str| scenario.truth == Some(id);
    let wrong: f64 =
        causes.iter().filter(|(id, _)| !true_cause(id)).map(|(_, said)| said.powi(2)).sum();
    let right: f64 = causes.iter().filter(|(id, _)| true_cause(id)).map(|(_, said)| said).sum();
    match scenario.truth {
        Some(_) => ((1.0 - right).powi(2) + wrong + f64::powi(healthy, 2)) / 2.0,
        None => {
            let said: f64 = causes.iter().map(|(_, said)| said).sum();
            (said.min(1.0).powi(2) + wrong) / 2.0
        }
    }
}

/// For each band of probability: how often it was said, and how often it was right.
fn calibration(scores: &[Score]) -> String {
    let mut text = "said with      runs   mean said   right\n".to_owned();
    for (low, high) in [(0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)] {
        let within = |score: &&Score| score.probability >= low && score.probability < high;
        let band: Vec<&Score> = scores.iter().filter(within).collect();
        if band.is_empty() {
            continue;
        }
        let said = mean(band.iter().map(|score| score.probability));
        let right = band.iter().filter(|score| score.first_is_true).count();
        let _ = writeln!(
            text,
            "{low:.2} – {:<5.2} {:>6} {:>10.1} % {:>6.1} %",
            high.min(1.0),
            band.len(),
            said * 100.0,
            percent(right, band.len()),
        );
    }
    text
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) =
        values.fold((0.0, 0.0_f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts of scenarios are far below 2^52")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests;
