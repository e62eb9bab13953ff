//! The catalogue: every cause, one file each, and the type they share.
//!
//! A cause is data: what it predicts for each question, its documentation and its remedy. It must
//! never see raw bytes, judge by code, or use another cause (it names others by id).

pub mod auth;
pub mod banner;
pub mod config;
pub mod connect;
pub mod kex;
pub mod resolve;
pub mod session;

mod list;

pub use list::CAUSES;

use crate::model::question::Answer;
use crate::model::question::Prediction;
use crate::model::stage::Stage;

/// Something that makes an SSH connection fail, stall or end.
#[derive(Debug)]
pub struct Cause {
    /// The stable name: kebab-case, the trouble and not the cure.
    pub id: &'static str,
    /// The trouble in a few words: lowercase, no full stop, at most 72 characters.
    pub title: &'static str,
    /// Where it breaks the connection.
    pub stage: Stage,
    /// How often it is the reason that somebody calls for help.
    pub commonness: Commonness,
    /// Whether it breaks some connections only, and lets others pass.
    pub intermittent: bool,
    /// What it makes us see. A question that is not mentioned is predicted to have its healthy
    /// answer: what gets past a cause goes on as it would anywhere.
    pub predictions: &'static [Prediction],
    /// Answers that prove this cause on their own, even when it is not why the connection fails.
    pub shown_by: &'static [Answer],
    /// The mending, as one line a person can act on: a command where there is one, with
    /// `{source}` and so on as in [`crate::model::case::Case::fill`].
    pub remedy: &'static str,
    /// The lines of the doc comment as the compiler hands them over; read [`Self::documentation`].
    pub doc_comment: &'static str,
    /// The source file, from the root of the workspace.
    pub file: &'static str,
}

impl Cause {
    /// The documentation: Markdown with the sections of [`SECTIONS`].
    pub fn documentation(&self) -> String {
        self.doc_comment
            .lines()
            .map(|l| format!("{}\n", l.strip_prefix(' ').unwrap_or(l)))
            .collect()
    }
}

/// The sections of every cause's documentation, in order.
pub const SECTIONS: [&str; 6] =
    ["What happens", "How it shows", "What looks alike", "How to mend it", "Risk", "References"];

/// How often something is the reason that somebody calls for help.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Commonness {
    /// Every administrator has met it.
    Common,
    /// Met now and then.
    Occasional,
    /// Met once in years.
    Rare,
    /// Known from bug reports.
    Exotic,
}

impl Commonness {
    /// The weight before anything is seen, relative to other causes.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Common => 16.0,
            Self::Occasional => 6.0,
            Self::Rare => 2.0,
            Self::Exotic => 0.5,
        }
    }
}

/// The cause of that id; `None` when there is none.
pub fn find(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().copied().find(|cause| cause.id == id)
}

/// Declares a cause. Its documentation is the doc comment, so that the text in the reader's
/// browser, in the terminal and in the source is the same.
macro_rules! cause {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            id: $id:literal,
            title: $title:literal,
            stage: $stage:ident,
            commonness: $commonness:ident,
            $(intermittent: $intermittent:literal,)?
            predicts: { $($question:ident: $($answer:ident $frequency:ident),+;)* },
            shown_by: [$($shown_question:ident::$shown_answer:ident),* $(,)?],
            remedy: $remedy:literal $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub static $name: $crate::causes::Cause = $crate::causes::Cause {
            id: $id,
            title: $title,
            stage: $crate::model::stage::Stage::$stage,
            commonness: $crate::causes::Commonness::$commonness,
            intermittent: false $(|| $intermittent)?,
            predictions: &[$($($crate::model::question::Prediction {
                answer: $crate::model::question::Answer::$question(
                    $crate::model::question::$question::$answer,
                ),
                frequency: $crate::model::question::frequency!($frequency),
            },)+)*],
            shown_by: &[$($crate::model::question::Answer::$shown_question(
                $crate::model::question::$shown_question::$shown_answer,
            ),)*],
            remedy: $remedy,
            doc_comment: concat!($($doc, "\n"),+),
            file: file!(),
        };
    };
}

pub(crate) use cause;

#[cfg(test)]
mod tests;
