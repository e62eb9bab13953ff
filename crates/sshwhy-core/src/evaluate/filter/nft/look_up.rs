//! Sets and maps, so that an element is found without a look at all of them.

use std::collections::HashMap;

use super::value::Truth;
use super::value::Value;
use crate::parse::nft::Element;

/// Most elements that are compared one by one with a value of which only a part is known.
const MAX_COMPARED: usize = 4096;

/// Why a big set does not decide.
const BIG: &str = "a value that is only partly known is looked up in a big set";

/// Whether something was found, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    No,
    At(u32),
    Maybe(&'static str),
}

/// A set or map.
#[derive(Debug)]
pub(super) struct LookUp<'a> {
    pub(super) elements: &'a [Element],
    pub(super) content: Content,
    /// The element that stands for all that is not found.
    pub(super) catch_all: Option<u32>,
    /// Whether an element could not be read, so that what is not found may be in it after all.
    pub(super) is_incomplete: bool,
    /// Whether rules put elements into it, so that what it holds is a count of what came.
    pub(super) is_filled_by_rules: bool,
}

/// What is looked up.
#[derive(Debug)]
pub(super) enum Content {
    /// Single values.
    Single(Intervals),
    /// Several values at once.
    Several(Tuples),
}

impl LookUp<'_> {
    /// Looks values up.
    pub(super) fn find(&self, values: &[Value]) -> Found {
        if values.contains(&Value::Absent) {
            return Found::No;
        }
        let found = match (&self.content, values) {
            (Content::Single(intervals), [value]) => intervals.find(*value),
            (Content::Several(tuples), _) => tuples.find(values),
            _ => Found::Maybe("it compares several values with one"),
        };
        match (found, self.catch_all) {
            (Found::No, _) if self.is_incomplete => Found::Maybe("an element is not understood"),
            (Found::No, Some(element)) => Found::At(element),
            (Found::At(element), _) if self.counts(element) => Found::Maybe("an element counts"),
            (found, _) => found,
        }
    }

    fn counts(&self, element: u32) -> bool {
        let extra = self.elements.get(element as usize).and_then(|e| e.extra.as_deref());
        extra.is_some_and(|extra| extra.counts)
    }
}

/// Values from one to another, sorted.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    low: Vec<u128>,
    high: Vec<u128>,
    element: Vec<u32>,
    /// The highest end so far, when intervals overlap.
    reach: Option<Vec<u128>>,
}

impl Intervals {
    pub(super) fn new(mut all: Vec<(u128, u128, u32)>) -> Self {
        all.sort_unstable();
        let overlaps = all.windows(2).any(|pair| matches!(pair, [a, b] if a.1 >= b.0));
        let reach = overlaps.then(|| running_maximum(all.iter().map(|(_, high, _)| *high)));
        Self {
            low: all.iter().map(|(low, ..)| *low).collect(),
            high: all.iter().map(|(_, high, _)| *high).collect(),
            element: all.iter().map(|(.., element)| *element).collect(),
            reach,
        }
    }

    pub(super) fn find(&self, value: Value) -> Found {
        match value {
            Value::Known(value) => self.find_known(value),
            Value::Absent => Found::No,
            Value::Unknown(_) if self.low.is_empty() => Found::No,
            Value::Unknown(why) => Found::Maybe(why),
            Value::Between(..) | Value::Bits { .. } => self.compare(value),
        }
    }

    fn find_known(&self, value: u128) -> Found {
        let mut end = self.low.partition_point(|low| *low <= value);
        while let Some(i) = end.checked_sub(1) {
            let (Some(high), Some(element)) = (self.high.get(i), self.element.get(i)) else {
                return Found::No;
            };
            if *high >= value {
                return Found::At(*element);
            }
            let reaches = |reach: &Vec<u128>| reach.get(i).is_some_and(|reach| *reach >= value);
            if !self.reach.as_ref().is_some_and(reaches) {
                return Found::No;
            }
            end = i;
        }
        Found::No
    }

    fn compare(&self, value: Value) -> Found {
        if self.low.len() > MAX_COMPARED {
            return Found::Maybe(BIG);
        }
        let mut found = Found::No;
        for ((low, high), element) in self.low.iter().zip(&self.high).zip(&self.element) {
            match value.is_within(*low, *high) {
                Truth::Yes => return Found::At(*element),
                Truth::No => {}
                Truth::Unknown(why) => found = Found::Maybe(why),
            }
        }
        // Neighbours may cover together what none covers alone.
        found
    }

    /// The intervals, when there are at most so many.
    pub(super) fn few(&self, most: usize) -> Option<impl Iterator<Item = (u128, u128)> + '_> {
        (self.low.len() <= most).then(|| self.low.iter().copied().zip(self.high.iter().copied()))
    }
}

/// The lowest and highest of each value, and the element.
pub(super) type Tuple = (Box<[(u128, u128)]>, u32);

/// Elements of several values each.
#[derive(Debug, Default)]
pub(super) struct Tuples {
    exact: HashMap<Box<[u128]>, u32>,
    /// Sorted by the lowest first value.
    ranges: Vec<Tuple>,
    /// The highest end of the first value so far.
    reach: Vec<u128>,
}

impl Tuples {
    pub(super) fn new(all: Vec<Tuple>) -> Self {
        let mut tuples = Self::default();
        for (parts, element) in all {
            if parts.iter().all(|(low, high)| low == high) {
                let exact = parts.iter().map(|(low, _)| *low).collect();
                tuples.exact.entry(exact).or_insert(element);
            } else {
                tuples.ranges.push((parts, element));
            }
        }
        tuples.ranges.sort_unstable();
        let ends = tuples.ranges.iter().map(|(parts, _)| parts.first().map_or(0, |first| first.1));
        tuples.reach = running_maximum(ends);
        tuples
    }

    pub(super) fn find(&self, values: &[Value]) -> Found {
        let known = |value: &Value| match value {
            Value::Known(value) => Some(*value),
            _ => None,
        };
        match values.iter().map(known).collect::<Option<Vec<_>>>() {
            Some(known) => self.find_known(&known),
            None => self.compare(values),
        }
    }

    fn find_known(&self, values: &[u128]) -> Found {
        if let Some(element) = self.exact.get(values) {
            return Found::At(*element);
        }
        let Some(first) = values.first() else { return Found::No };
        let low = |parts: &[(u128, u128)]| parts.first().map_or(0, |part| part.0);
        let mut end = self.ranges.partition_point(|(parts, _)| low(parts) <= *first);
        while let Some(i) = end.checked_sub(1) {
            if self.reach.get(i).is_none_or(|reach| reach < first) {
                return Found::No;
            }
            let within =
                |((low, high), value): (&(u128, u128), &u128)| (low..=high).contains(&value);
            if let Some((parts, element)) = self.ranges.get(i)
                && parts.iter().zip(values).all(within)
            {
                return Found::At(*element);
            }
            end = i;
        }
        Found::No
    }

    fn compare(&self, values: &[Value]) -> Found {
        if self.exact.len().saturating_add(self.ranges.len()) > MAX_COMPARED {
            return Found::Maybe(BIG);
        }
        let exact = self.exact.iter().map(|(parts, element)| {
            (parts.iter().map(|part| (*part, *part)).collect::<Vec<_>>(), *element)
        });
        let ranges = self.ranges.iter().map(|(parts, element)| (parts.to_vec(), *element));
        let mut found = Found::No;
        for (parts, element) in exact.chain(ranges) {
            match all_within(values, &parts) {
                Truth::Yes => return Found::At(element),
                Truth::No => {}
                Truth::Unknown(why) => found = Found::Maybe(why),
            }
        }
        found
    }
}

fn all_within(values: &[Value], parts: &[(u128, u128)]) -> Truth {
    let mut all = Truth::Yes;
    for (value, (low, high)) in values.iter().zip(parts) {
        match value.is_within(*low, *high) {
            Truth::No => return Truth::No,
            Truth::Yes => {}
            Truth::Unknown(why) => all = Truth::Unknown(why),
        }
    }
    all
}

fn running_maximum(values: impl Iterator<Item = u128>) -> Vec<u128> {
    values
        .scan(0, |highest: &mut u128, value| {
            *highest = value.max(*highest);
            Some(*highest)
        })
        .collect()
}
