//! Values by keyword.

use std::collections::BTreeMap;

use crate::parse::place::Place;

/// A value and where it was set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Value {
    /// As `sshd -T` prints it.
    pub text: String,
    /// The line that set it; `None` for the default of that version.
    pub place: Option<Place>,
}

/// Values by keyword (in lower case). Some keywords have parts of their own, written `keyword:part`.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    values: BTreeMap<&'static str, Vec<Value>>,
    /// Lines whose value does not count, and those that set another before.
    overridden: Vec<(Place, Place)>,
    /// Ports were given with `-p`: further ones do not count.
    pub(super) has_ports_given: bool,
}

/// Most lines that are remembered because they do not count.
const MAX_OVERRIDDEN: usize = 1000;

impl Settings {
    pub(super) fn all(&self, keyword: &str) -> &[Value] {
        self.values.get(keyword).map_or(&[], Vec::as_slice)
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.all(keyword).first().map(|value| value.text.as_str())
    }

    pub(super) fn is_set(&self, keyword: &str) -> bool {
        self.values.contains_key(keyword)
    }

    /// Adds a value to those of the keyword.
    pub(super) fn push(&mut self, keyword: &'static str, value: Value) {
        self.values.entry(keyword).or_default().push(value);
    }

    /// Remembers a line that would set another value than an earlier line does.
    pub(super) fn pass_over(&mut self, keyword: &str, texts: &[&str], place: &Place) {
        let set = self.values.get(keyword).map_or(&[][..], Vec::as_slice);
        let same = set.iter().map(|value| value.text.as_str()).eq(texts.iter().copied());
        let by = set.first().and_then(|value| value.place.clone());
        if let Some(by) = by.filter(|_| !same && self.overridden.len() < MAX_OVERRIDDEN) {
            self.overridden.push((place.clone(), by));
        }
    }

    pub(super) fn overridden(&self) -> &[(Place, Place)] {
        &self.overridden
    }

    /// Takes the place of what was set.
    pub(super) fn replace(&mut self, keyword: &'static str, values: Vec<Value>) {
        self.values.insert(keyword, values);
    }

    /// What a `Match` set takes the place of what holds otherwise.
    pub(super) fn override_with(&mut self, other: Self) {
        self.values.extend(other.values);
    }
}
