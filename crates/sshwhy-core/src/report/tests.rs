//! Whatever a case says, every format stays readable and harmless.

use proptest::prelude::*;

use super::*;
use crate::model::case;
use crate::model::case::Case;
use crate::model::case::View;
use crate::model::evidence::Actor;
use crate::model::evidence::Event;
use crate::model::evidence::Evidence;
use crate::model::evidence::Exchange;
use crate::model::evidence::Observation;
use crate::model::measured::Measured;
use crate::model::outcome;
use crate::model::question::Answer;
use crate::model::question::Question;
use crate::model::target::Target;
use crate::reason::diagnose;
use crate::reason::next::effects;

fn case_of(answers: &[Answer], foreign: &str) -> Case {
    let observation = |answer: &Answer| Observation {
        answer: *answer,
        source: foreign.to_owned(),
        at: 0.5,
        text: foreign.to_owned(),
    };
    let event = |actor| Event { at: 0.1, actor, what: foreign.to_owned() };
    let events = vec![event(Actor::Us), event(Actor::Peer), event(Actor::Nobody)];
    Case {
        schema: case::SCHEMA.to_owned(),
        target: Target {
            given: foreign.to_owned(),
            host: foreign.to_owned(),
            user: foreign.to_owned(),
            port: 22,
            ..Target::default()
        },
        seconds: 1.0,
        connections: 1,
        not_assessed: vec![foreign.to_owned()],
        taken: None,
        view: View::Client,
        notes: Vec::new(),
        warnings: Vec::new(),
        measured: Measured::default(),
        observations: answers.iter().map(observation).collect::<Evidence>(),
        exchanges: vec![Exchange { probe: "hello".to_owned(), events, ..Exchange::default() }],
        packets: None,
    }
}

fn check_lines(lines: &[Line], style: Style) {
    for line in lines {
        let text = line.text();
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(style.is_unicode() || text.is_ascii(), "{text}");
        let command = line.spans.iter().any(|span| span.role == Role::Command);
        assert!(command || line.columns() <= style.width(), "{}: {text}", style.width());
    }
}

fn any_answers() -> impl Strategy<Value = Vec<Answer>> {
    let choice = prop::collection::vec(any::<prop::sample::Index>(), Question::ALL.len());
    let asked = prop::sample::subsequence(Question::ALL.to_vec(), 0..=12);
    (asked, choice).prop_map(|(asked, choice)| {
        asked.iter().zip(choice).map(|(q, i)| *i.get(q.answers())).collect()
    })
}

proptest! {
    #[test]
    fn no_case_breaks_a_format(
        answers in any_answers(),
        foreign in "\\PC{0,40}|[\\x00-\\x1f\\x7f-\\u{9f}\\u{202e}\\u{200b}a`*<]{0,30}|.{0,300}",
        width in 0_usize..200,
        unicode: bool,
    ) {
        let case = case_of(&answers, &foreign);
        let diagnosis = diagnose(&case.observations);
        let report = Report::new(&case, &diagnosis);
        let style = Style::new(width, unicode);
        check_lines(&text::render(&report, style), style);
        check_lines(&trace::effects(&case.observations, &effects(&case.observations, 4), style), style);

        let markdown = markdown::render(&report);
        prop_assert!(!markdown.chars().any(|c| c.is_control() && c != '\n'), "{markdown:?}");

        let page = html::render(&report);
        prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{page:?}");
        prop_assert_eq!(page.matches("<script").count(), 0);

        let json = json::render(&case, &diagnosis);
        prop_assert!(!json.chars().any(|c| c.is_control() && c != '\n'), "{json:?}");
        let document: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(document["target"]["given"].as_str(), Some(foreign.as_str()));
    }
}

#[test]
fn every_break_is_said_in_words_that_name_the_target() {
    for answer in Question::ALL.iter().flat_map(|q| q.answers()) {
        let case = case_of(&[*answer], "box");
        let report = Report::new(&case, &diagnose(&case.observations));
        let broke = outcome::first_break(&case.observations).is_some();
        let (happens, own) = (&report.happens, matches!(answer, Answer::SshProgram(_)));
        assert!(happens.contains("box") || own, "{answer:?}: {happens}");
        assert!(!happens.ends_with('.') && happens.len() <= 90, "{answer:?}: {happens}");
        let wrong = report.verdict != summary::Verdict::Healthy;
        let found = outcome::is_finding(*answer);
        assert!(if broke { wrong } else { !wrong || found }, "{answer:?}");
    }
}

#[test]
fn a_private_source_is_not_what_a_public_server_sees() {
    let check = |source: &str, address: &str, expected: bool| {
        let wrappers = [
            Answer::Hello(crate::model::question::Hello::Reset),
            Answer::HelloDelay(crate::model::question::HelloDelay::FiveSeconds),
            Answer::SilentHello(crate::model::question::SilentHello::Closed),
            Answer::Wrappers(crate::model::question::Wrappers::Deny),
        ];
        let mut case = case_of(&wrappers, "box");
        case.target.source = Some(source.parse().unwrap());
        case.target.address = Some(address.parse().unwrap());
        let report = Report::new(&case, &diagnose(&case.observations));
        let first = report.leading.first().and_then(|cause| cause.fix.first.as_deref());
        assert_eq!(first.is_some_and(|f| f.contains("NAT")), expected, "{source} {address}");
    };
    check("192.168.1.5", "203.0.113.9", true);
    check("192.168.1.5", "192.168.1.9", false);
    check("198.51.100.4", "203.0.113.9", false);
    check("fd00::5", "2001:db8::9", true);
}
