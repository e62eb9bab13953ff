//! What one line sets.

use super::settings::Settings;
use super::settings::Value;
use crate::parse::sshd_config::Line;

/// A value from the command line.
pub(super) fn given(text: &str) -> Value {
    Value { text: text.to_owned(), place: Some(crate::parse::place::Place::new("command-line", 0)) }
}

pub(super) fn apply(_line: &Line, _active: bool, _settings: &mut Settings) {}
