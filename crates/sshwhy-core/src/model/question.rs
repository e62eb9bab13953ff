//! The closed list of what can be asked of the world, and the closed list of answers to each.
//!
//! *Not asked* is never an answer: a question without an observation says nothing.
//! The list itself is in [`list`]; this file holds the machinery that turns it into types.

mod list;

pub use list::*;

/// How often something is seen, in words. The numbers are in [`Frequency::probability`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Frequency {
    /// 97 of 100 times.
    Always,
    /// 80 of 100 times.
    Usually,
    /// 30 of 100 times.
    Sometimes,
    /// 5 of 100 times.
    Rarely,
    /// 2 of 1,000 times: we never believe ourselves entirely.
    Never,
}

impl Frequency {
    /// The probability that stands for the word.
    pub const fn probability(self) -> f64 {
        match self {
            Self::Always => 0.97,
            Self::Usually => 0.8,
            Self::Sometimes => 0.3,
            Self::Rarely => 0.05,
            Self::Never => 0.002,
        }
    }
}

/// The words of frequency as tables write them.
macro_rules! frequency {
    (always) => {
        $crate::model::question::Frequency::Always
    };
    (usually) => {
        $crate::model::question::Frequency::Usually
    };
    (sometimes) => {
        $crate::model::question::Frequency::Sometimes
    };
    (rarely) => {
        $crate::model::question::Frequency::Rarely
    };
    (never) => {
        $crate::model::question::Frequency::Never
    };
}

pub(crate) use frequency;

/// That an answer is seen with a frequency.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prediction {
    /// The answer, which names its question too.
    pub answer: Answer,
    /// How often.
    pub frequency: Frequency,
}

/// Who can put a question to the world.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// A client, by itself.
    Client,
    /// Only somebody on the server: `sshwhy server` does.
    Server,
    /// Only somebody on the path, at the cloud's console, or at both ends at once.
    Elsewhere,
}

/// Turns the list of questions into one enum per question (its answers), the enums [`Question`]
/// and [`Answer`], and their tables.
///
/// `healthy` says what a sound host answers; a question without it is only asked when something
/// is wrong already, and then says nothing about health.
macro_rules! questions {
    ($(
        $(#[doc = $doc:literal])+
        $question:ident at $stage:ident from $side:ident, $text:literal, ask $how:literal
            $(, healthy $($healthy:ident $frequency:ident),+)? {
            $($answer:ident $said:literal,)+
        }
    )+) => {
        /// What can be asked.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Question { $($(#[doc = $doc])+ $question,)+ }

        /// What can be seen: one answer to one question.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(tag = "question", content = "answer", rename_all = "kebab-case")]
        pub enum Answer {
            $(#[doc = concat!("An answer to [`Question::", stringify!($question), "`].")]
            $question($question),)+
        }

        $(
            $(#[doc = $doc])+
            #[derive(
                Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
            )]
            #[serde(rename_all = "kebab-case")]
            pub enum $question { $(#[doc = $said] $answer,)+ }

            impl $question {
                const ANSWERS: &'static [Answer] =
                    &[$(Answer::$question(Self::$answer),)+];
            }

            impl From<$question> for Answer {
                fn from(answer: $question) -> Self { Self::$question(answer) }
            }
        )+

        impl Question {
            /// Every question, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$question,)+];

            /// Every answer that it can have.
            pub const fn answers(self) -> &'static [Answer] {
                match self { $(Self::$question => $question::ANSWERS,)+ }
            }

            /// The stage that it is about.
            pub const fn stage(self) -> Stage {
                match self { $(Self::$question => Stage::$stage,)+ }
            }

            /// Who can ask it.
            pub const fn side(self) -> Side {
                match self { $(Self::$question => Side::$side,)+ }
            }

            /// The question in words, without its question mark.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$question => $text,)+ }
            }

            /// How a person asks it by hand. `{host}`, `{port}`, `{user}` and `{source}` stand
            /// for those of the target.
            pub const fn how(self) -> &'static str {
                match self { $(Self::$question => $how,)+ }
            }

            /// What a sound host answers; empty when the question is only asked of a broken one.
            pub const fn healthy(self) -> &'static [Prediction] {
                match self { $(Self::$question => &[$($(Prediction {
                    answer: Answer::$question($question::$healthy),
                    frequency: frequency!($frequency),
                },)+)?],)+ }
            }
        }

        impl Answer {
            /// The question that it answers.
            pub const fn question(self) -> Question {
                match self { $(Self::$question(_) => Question::$question,)+ }
            }

            /// Its place among the answers of its question.
            pub const fn index(self) -> usize {
                match self { $(Self::$question(answer) => answer as usize,)+ }
            }

            /// What it says, in words that stand alone.
            pub const fn text(self) -> &'static str {
                match self {
                    $($(Self::$question($question::$answer) => $said,)+)+
                }
            }

            pub(super) const fn identifier(self) -> &'static str {
                match self {
                    $($(Self::$question($question::$answer) => stringify!($answer),)+)+
                }
            }
        }
    };
}

use questions;

impl Question {
    /// The name used in JSON: `hello-delay`.
    pub fn name(self) -> String {
        kebab(&format!("{self:?}"))
    }
}

impl Answer {
    /// The name used in JSON: `five-seconds`.
    pub fn name(self) -> String {
        kebab(self.identifier())
    }
}

/// `HelloDelay` → `hello-delay`, as serde writes it.
fn kebab(identifier: &str) -> String {
    let mut name = String::new();
    for (i, c) in identifier.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_knows_its_place_and_survives_json() {
        for question in Question::ALL {
            for (i, answer) in question.answers().iter().enumerate() {
                assert_eq!((answer.question(), answer.index()), (*question, i));
                let json = serde_json::to_string(answer).unwrap();
                let names =
                    format!(r#"{{"question":"{}","answer":"{}"}}"#, question.name(), answer.name());
                assert_eq!(json, names);
                assert_eq!(serde_json::from_str::<Answer>(&json).unwrap(), *answer);
            }
        }
    }

    #[test]
    fn texts_are_lowercase_and_without_a_full_stop() {
        for question in Question::ALL {
            let answers = question.answers().iter().map(|a| a.text());
            for text in answers.chain([question.text()]) {
                assert!(!text.ends_with('.') && !text.is_empty(), "{question:?}: {text}");
                let word = text.split(' ').next().unwrap();
                let acronym = word.chars().skip(1).any(char::is_uppercase);
                assert!(
                    acronym || !word.starts_with(|c: char| c.is_uppercase()),
                    "{question:?}: {text}"
                );
            }
        }
    }
}
