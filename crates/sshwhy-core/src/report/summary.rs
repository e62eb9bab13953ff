//! From a case and its diagnosis to what every format for people shows.
//!
//! It must never hold layout: no widths, no colours, no markup.

use std::net::IpAddr;

use super::ladder;
use super::ladder::Ladder;
use super::words;
use super::words::Names;
use crate::causes;
use crate::causes::Cause;
use crate::model::case::Case;
use crate::model::case::View;
use crate::model::diagnosis::Diagnosis;
use crate::model::diagnosis::Ranked;
use crate::model::diagnosis::RuledOut;
use crate::model::evidence::Observation;
use crate::model::measured::Measured;
use crate::model::outcome;
use crate::model::question::Answer;
use crate::model::question::Frequency;
use crate::model::question::Prediction;
use crate::model::question::Question;
use crate::model::question::Side;
use crate::model::stage::Stage;
use crate::model::target::Target;

/// So many pieces of evidence are shown; JSON holds all.
const EVIDENCE: usize = 4;
/// So many rivals are named, so many that were ruled out.
const RIVALS: usize = 4;
/// A rival that is at least this share of the first cause stands beside it and not below.
const BESIDE: f64 = 0.25;
/// What to do when no cause fits: a case is what the catalogue learns from.
const ASK: &str = "sshwhy --record case.json {host}   and report the file";
/// Where most questions are asked that a client cannot ask.
const ON_SERVER: &str = "on the server: ";
/// What asks them there.
const ASK_SERVER: &str = "sudo sshwhy server --from {source}";
/// What is less probable than this is not named beside others: then nothing stands out.
const STANDS_OUT: f64 = 0.1;
/// What the catalogue does not hold is worth a word from this probability on.
const UNLISTED: f64 = 0.05;

/// What is known at the end, in one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Nothing is wrong.
    Healthy,
    /// One cause is named.
    Named,
    /// Something is wrong and the evidence does not single out one cause.
    Open,
}

impl Verdict {
    /// The verdict of a diagnosis.
    pub fn of(diagnosis: &Diagnosis) -> Self {
        match diagnosis.broke {
            None => Self::Healthy,
            Some(_) if diagnosis.singled_out => Self::Named,
            Some(_) => Self::Open,
        }
    }

    /// The exit code of a command that diagnoses; 2 is for failures of sshwhy itself.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Healthy => 0,
            Self::Named => 1,
            Self::Open => 3,
        }
    }
}

/// Everything that a person is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What is known at the end.
    pub verdict: Verdict,
    /// What happens, in one sentence without its full stop.
    pub happens: String,
    /// The observation that shows it; `None` when nothing broke.
    pub shown_by: Option<Shown>,
    /// How somebody asks for help when no cause fits.
    pub ask: String,
    /// How long the diagnosis took, in seconds.
    pub seconds: f64,
    /// How many connections to the target it opened.
    pub connections: u32,
    /// What went over the connection that tells most; `None` when nothing broke on one.
    pub ladder: Option<Ladder>,
    /// What was measured of the fault.
    pub measured: Measured,
    /// The cause when one is named; otherwise those that stand side by side.
    pub leading: Vec<Suspect>,
    /// What else it could be, less probable.
    pub others: Vec<Suspect>,
    /// The probability that it is nothing that the catalogue holds, when that is worth a word.
    pub unlisted: Option<f64>,
    /// Look-alikes that the evidence struck out.
    pub ruled_out: Vec<Struck>,
    /// The one test that would decide or confirm.
    pub sure: Option<Test>,
    /// True and worth mending, but not why this connection fails.
    pub also_found: Vec<Suspect>,
    /// What was looked at on the server and is in order, each with what shows it.
    pub passed: Vec<String>,
    /// Who was judged and why, when nobody was named.
    pub notes: Vec<String>,
    /// Lines worth mending that do not stop this connection.
    pub warnings: Vec<String>,
    /// What was not looked at and why.
    pub not_assessed: Vec<String>,
}

/// A cause as a person is shown it.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// The cause's id.
    pub id: &'static str,
    /// The trouble in a few words.
    pub title: &'static str,
    /// Its probability.
    pub probability: f64,
    /// What speaks for it, strongest first.
    pub evidence: Vec<Shown>,
    /// What speaks against it, strongest first.
    pub against: Vec<Shown>,
    /// How it is mended.
    pub fix: Fix,
}

/// An observation as a person is shown it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What it says, in words.
    pub says: &'static str,
    /// The bytes, numbers or words that show it.
    pub text: String,
    /// Which probe saw it, or the file and line that say it.
    pub source: String,
}

/// A remedy.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// One line to act on.
    pub line: String,
    /// How risky that is, in one sentence.
    pub risk: Option<String>,
    /// What to find out first, because the line may be wrong as it stands.
    pub first: Option<String>,
}

/// A look-alike that was ruled out.
#[derive(Clone, Debug, PartialEq)]
pub struct Struck {
    /// The cause's id.
    pub id: &'static str,
    /// What it would have made us see.
    pub expected: &'static str,
    /// What was seen instead.
    pub seen: &'static str,
}

/// A test that a person can make.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// How it is made: a command where there is one.
    pub how: String,
    /// What each answer would mean: the answer in words, and the titles of the causes that it
    /// would confirm.
    pub tells: Vec<(&'static str, Vec<&'static str>)>,
}

impl Report {
    /// What a person is shown of a case and its diagnosis.
    pub fn new(case: &Case, diagnosis: &Diagnosis) -> Self {
        let names = Names::of(&case.target);
        let evidence = &case.observations;
        let broke = outcome::first_break(evidence);
        let happens = match (case.view, broke, diagnosis.broke) {
            (View::Server, _, Some(broke)) => words::would_happen(&case.target, broke),
            (View::Server, _, None) => words::would_work(&case.target),
            (_, Some((broke, shown_by)), _) => words::happens(&names, broke, shown_by.answer),
            (View::Client, None, _) => words::works(&names, evidence),
            (View::Pasted, None, Some(broke)) => words::by_stage(&names, broke),
            (View::Pasted, None, None) => words::nothing_wrong(evidence),
        };
        let (leading, others) = side_by_side(case, diagnosis);
        let struck = |r: &RuledOut| {
            let seen = evidence.observations().get(r.observation)?;
            Some(Struck { id: r.id, expected: r.expected.text(), seen: seen.answer.text() })
        };
        Self {
            verdict: Verdict::of(diagnosis),
            happens,
            shown_by: broke.map(|(_, observation)| show(observation)),
            ask: case.target.fill(ASK),
            seconds: case.seconds,
            connections: case.connections,
            ladder: broke.and_then(|(_, shown_by)| ladder::ladder(case, shown_by)),
            measured: case.measured.clone(),
            sure: sure(case, diagnosis),
            leading,
            others,
            unlisted: Some(diagnosis.unlisted).filter(|p| broke.is_some() && *p >= UNLISTED),
            ruled_out: diagnosis.ruled_out.iter().filter_map(struck).take(RIVALS).collect(),
            also_found: suspects(case, &diagnosis.also_found),
            passed: passed(case, diagnosis),
            notes: case.notes.clone(),
            warnings: case.warnings.clone(),
            not_assessed: case.not_assessed.clone(),
        }
    }

    /// The exit code of a command that diagnoses.
    pub const fn exit_code(&self) -> u8 {
        self.verdict.exit_code()
    }
}

/// What the server has in order, as far as the connection gets.
fn passed(case: &Case, diagnosis: &Diagnosis) -> Vec<String> {
    let sound = |o: &&Observation| {
        let question = o.answer.question();
        let met = diagnosis.broke.is_none_or(|broke| question.stage() <= broke.stage);
        question.side() != Side::Client && is_healthy(o.answer) && met
    };
    let mut passed = Vec::new();
    for observation in case.observations.observations().iter().filter(sound) {
        let words = words::in_order(observation);
        if !passed.contains(&words) {
            passed.push(words);
        }
    }
    passed
}

/// The causes to show as equals, and those to show below.
fn side_by_side(case: &Case, diagnosis: &Diagnosis) -> (Vec<Suspect>, Vec<Suspect>) {
    let first = diagnosis.causes.first().map_or(0.0, |c| c.probability);
    let mut leading = suspects(case, &diagnosis.causes);
    let beside = if diagnosis.singled_out {
        1
    } else {
        let least = STANDS_OUT.max(BESIDE * first);
        leading.iter().take_while(|c| c.probability >= least).count().min(RIVALS)
    };
    let mut others = leading.split_off(beside.min(leading.len()));
    others.truncate(RIVALS);
    (leading, others)
}

fn suspects(case: &Case, ranked: &[Ranked]) -> Vec<Suspect> {
    ranked.iter().filter_map(|r| Some(suspect(case, r, causes::find(r.id)?))).collect()
}

fn suspect(case: &Case, ranked: &Ranked, cause: &'static Cause) -> Suspect {
    Suspect {
        id: ranked.id,
        title: cause.title,
        probability: ranked.probability,
        evidence: shown(case, &ranked.supporting),
        against: shown(case, &ranked.opposing),
        fix: Fix {
            line: case.fill(cause.remedy),
            risk: risk(cause),
            first: hidden_source(&case.target, cause.remedy),
        },
    }
}

/// The observations of these indexes, each answer once.
fn shown(case: &Case, indexes: &[usize]) -> Vec<Shown> {
    let observations = case.observations.observations();
    let mut seen: Vec<&Observation> = Vec::new();
    for observation in indexes.iter().filter_map(|i| observations.get(*i)) {
        if seen.iter().all(|s| s.answer != observation.answer) {
            seen.push(observation);
        }
    }
    seen.into_iter().take(EVIDENCE).map(show).collect()
}

fn show(observation: &Observation) -> Shown {
    Shown {
        says: observation.answer.text(),
        text: observation.text.clone(),
        source: observation.source.clone(),
    }
}

/// The first two sentences of the cause's section on risk; `None` when there is none.
fn risk(cause: &Cause) -> Option<String> {
    let documentation = cause.documentation();
    let section = documentation.split("## Risk").nth(1)?.split("\n## ").next()?;
    let words: Vec<&str> = section.split_whitespace().collect();
    let text = words.join(" ").replace('`', "");
    let text = text.strip_prefix("None.").unwrap_or(&text).trim();
    let sentences: Vec<&str> = text.split_inclusive(". ").take(2).collect();
    let text = sentences.concat().trim_end().trim_end_matches('.').to_owned();
    (!text.is_empty()).then_some(text)
}

/// A private address of ours is seldom the one that a public server sees.
fn hidden_source(target: &Target, remedy: &str) -> Option<String> {
    let (source, address) = (target.source?, target.address?);
    let hidden = remedy.contains("{source}") && is_private(source) && !is_private(address);
    hidden
        .then(|| format!("the server sees another address than {source} (NAT); its log says which"))
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a.is_private() || a.is_loopback() || a.is_link_local(),
        IpAddr::V6(a) => a.is_loopback() || a.is_unique_local() || a.is_unicast_link_local(),
    }
}

/// What would decide between the causes; when one is named, what would confirm it on the server.
fn sure(case: &Case, diagnosis: &Diagnosis) -> Option<Test> {
    if let Some(need) = diagnosis.needs.first() {
        let mut tells: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
        for (id, answer) in &need.would_decide {
            let Some(cause) = causes::find(id) else { continue };
            match tells.iter_mut().find(|t| t.0 == answer.text()) {
                Some(tell) => tell.1.push(cause.title),
                None => tells.push((answer.text(), vec![cause.title])),
            }
        }
        return Some(Test { how: how(case, need.question), tells });
    }
    let named = diagnosis.causes.first().filter(|_| diagnosis.singled_out)?;
    // The line is found: a packet capture would add nothing to it.
    if case.view == View::Server && named.probability >= PROVED {
        return None;
    }
    // What breaks before anything leaves this machine is seen from here.
    let cause = causes::find(named.id).filter(|cause| cause.stage > Stage::Route)?;
    let proof = proof(cause, |question| case.observations.answer(question).is_none())?;
    let how = how(case, proof.question());
    Some(Test { how, tells: vec![(proof.text(), vec![cause.title])] })
}

/// How a person asks: with this program on the server where it knows how, or by hand.
pub(super) fn how(case: &Case, question: Question) -> String {
    let by_hand = case.target.fill(question.how());
    match by_hand.strip_prefix(ON_SERVER) {
        Some(by_hand) if question.side() == Side::Server && case.view == View::Client => {
            let asked = case.target.fill(ASK_SERVER);
            format!("{ON_SERVER}{asked}   (by hand: {by_hand})")
        }
        _ => by_hand,
    }
}

/// What is found on the server with this probability needs no further proof.
const PROVED: f64 = 0.95;

/// The answer that proves a cause and that only somebody elsewhere can see.
fn proof(cause: &Cause, open: impl Fn(Question) -> bool) -> Option<Answer> {
    let elsewhere =
        |answer: &Answer| answer.question().side() != Side::Client && open(answer.question());
    let always = cause.predictions.iter().filter(|p| p.frequency == Frequency::Always);
    let predicted = always.map(|p| p.answer).filter(|a| !is_healthy(*a));
    cause.shown_by.iter().copied().chain(predicted).find(elsewhere)
}

fn is_healthy(answer: Answer) -> bool {
    let is_it = |p: &Prediction| p.answer == answer && p.frequency != Frequency::Never;
    answer.question().healthy().iter().any(is_it)
}
