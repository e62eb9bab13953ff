//! How a table of messages is written.

use super::Said;
use super::What;

/// Reads the rest of a text into what was said; `false` when the text is not of this row after all.
pub(super) type Read = for<'a> fn(&mut Said<'a>, &'a str) -> bool;

/// How a message begins, what it is about, and how the rest is read.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) start: &'static str,
    pub(super) what: What,
    pub(super) read: Read,
    /// What else it may be about, as the rest tells.
    pub(super) also: &'static [What],
}

impl Row {
    /// The same row, of which the rest may tell that it is about something else.
    pub(super) const fn or(self, also: &'static [What]) -> Self {
        Self { also, ..self }
    }
}

/// A row of a table.
pub(super) const fn row(start: &'static str, what: What, read: Read) -> Row {
    Row { start, what, read, also: &[] }
}
