//! Words that show an answer wherever they stand in a line.

use super::say;
use super::sorted::Line;
use crate::model::case::Case;
use crate::model::question::Answer;

/// Words in small letters, and what they answer.
pub(super) struct Phrase {
    /// All of them stand in the line, in this order.
    pub(super) words: &'static [&'static str],
    pub(super) answers: &'static [Answer],
}

/// A table of phrases, each `words => answers`.
macro_rules! phrases {
    ($($($word:literal)+ => $answers:expr,)+) => {
        &[$($crate::evaluate::pasted::phrase::Phrase { words: &[$($word),+], answers: $answers },)+]
    };
}

pub(super) use phrases;

/// Reads lines: of each, the first phrase counts.
pub(super) fn read<'s>(
    phrases: &[Phrase],
    lines: impl Iterator<Item = &'s Line<'s>>,
    file: &str,
    case: &mut Case,
) {
    for line in lines {
        let text = line.text.to_lowercase();
        let Some(phrase) = phrases.iter().find(|phrase| holds(&text, phrase.words)) else {
            continue;
        };
        for answer in phrase.answers {
            say(case, *answer, file, line.number, &line.text);
        }
    }
}

fn holds(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    words.iter().all(|word| match rest.find(word) {
        Some(at) => {
            rest = &rest[at + word.len()..];
            true
        }
        None => false,
    })
}
