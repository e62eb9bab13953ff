//! Properties of the reasoning that hold for any evidence.

use proptest::prelude::*;

use super::aside::Reach;
use super::diagnose::factor;
use super::diagnose::posterior;
use super::next::next;
use super::*;
use crate::model::evidence::Evidence;
use crate::model::evidence::Observation;
use crate::model::offer::Cost;
use crate::model::offer::Offer;
use crate::model::question::*;

fn observation(answer: Answer) -> Observation {
    Observation { answer, source: "test".to_owned(), at: 0.0, text: String::new() }
}

fn evidence(answers: &[Answer]) -> Evidence {
    answers.iter().map(|a| observation(*a)).collect()
}

/// One answer to each of some questions.
fn any_evidence() -> impl Strategy<Value = Vec<Answer>> {
    let choice = prop::collection::vec(any::<prop::sample::Index>(), Question::ALL.len());
    let asked = prop::sample::subsequence(Question::ALL.to_vec(), 0..=12);
    (asked, choice).prop_map(|(asked, choice)| {
        asked.iter().zip(choice).map(|(q, i)| *i.get(q.answers())).collect()
    })
}

proptest! {
    #[test]
    fn probabilities_sum_to_one(answers in any_evidence()) {
        let sum: f64 = posterior(&evidence(&answers)).iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_observations_is_irrelevant(answers in any_evidence()) {
        let mut reversed = answers.clone();
        reversed.reverse();
        let (one, other) = (diagnose(&evidence(&answers)), diagnose(&evidence(&reversed)));
        for (a, b) in one.causes.iter().zip(&other.causes) {
            prop_assert!((a.probability - b.probability).abs() < 1e-9);
        }
        prop_assert_eq!(one.broke, other.broke);
        prop_assert_eq!(one.singled_out, other.singled_out);
    }

    #[test]
    fn less_evidence_is_never_more_certain_unless_it_spoke_against(answers in any_evidence()) {
        let all = posterior(&evidence(&answers));
        for skip in 0..answers.len() {
            let mut fewer = answers.clone();
            let removed = observation(fewer.remove(skip));
            let less = posterior(&evidence(&fewer));
            // What hid another finding speaks against that one's cause, by hiding it.
            if Reach::of(&evidence(&answers)) != Reach::of(&evidence(&fewer)) {
                continue;
            }
            for h in 0..all.len() {
                // `factor` weighs by beliefs before and after; the exact statement is about what
                // was believed without the observation.
                let expected: f64 =
                    less.iter().enumerate().map(|(i, p)| p * super::table::TABLE.likelihood(i, removed.answer)).sum();
                let spoke_against = super::table::TABLE.likelihood(h, removed.answer) < expected;
                prop_assert!(less[h] <= all[h] + 1e-9 || spoke_against);
                prop_assert!(factor(&all, h, &removed) > 0.0);
            }
        }
    }

    #[test]
    fn seeing_the_same_twice_changes_nothing(answers in any_evidence()) {
        let twice: Vec<Answer> = answers.iter().chain(&answers).copied().collect();
        for (a, b) in posterior(&evidence(&answers)).iter().zip(posterior(&evidence(&twice))) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}

#[test]
fn nothing_seen_means_nothing_blamed() {
    let diagnosis = diagnose(&Evidence::default());
    assert!(diagnosis.causes.is_empty() && diagnosis.broke.is_none());
}

#[test]
fn a_reset_after_five_seconds_is_tcp_wrappers() {
    let diagnosis = diagnose(&evidence(&[
        Answer::Connect(Connect::Established),
        Answer::Hello(Hello::Reset),
        Answer::HelloDelay(HelloDelay::FiveSeconds),
        Answer::Notice(Notice::Nothing),
        Answer::SilentHello(SilentHello::Closed),
    ]));
    assert_eq!(diagnosis.causes[0].id, "tcp-wrappers-deny");
    assert!(diagnosis.singled_out);
}

#[test]
fn an_offer_that_asks_what_is_known_is_not_chosen() {
    let free = Cost { seconds: 0.1, connections: 0, risk: 0.0 };
    let known = Offer { probe: "known", questions: &[Question::Connect], cost: free };
    let fresh = Offer { probe: "fresh", questions: &[Question::Hello], cost: free };
    let seen = evidence(&[Answer::Connect(Connect::Established)]);
    let choices = next(&seen, &[known, fresh]);
    assert_eq!(choices.iter().map(|c| c.offer.probe).collect::<Vec<_>>(), ["fresh"]);
}
