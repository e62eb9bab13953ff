//! Which rules of a chain can match a packet, found by the values that they compare with.
//!
//! Of each rule, one comparison with a single value or network serves: when it fails, so does the rule.

use super::operand::Key;
use super::operand::Operand;
use super::operand::Scene;
use super::rule::Check;
use super::rule::Condition;
use super::rule::Operands;
use super::rule::Rule;
use super::rule::Step;
use super::value::Value;
use crate::evaluate::filter::senders;

/// A chain with fewer rules is gone through one by one.
const WORTH: usize = 8;

/// A comparison with more networks than this does not serve.
const MAX_NETWORKS: usize = 64;

/// Which rules can match.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// `None` for a short chain.
    parts: Option<Parts>,
}

#[derive(Debug, Default)]
struct Parts {
    keyed: Vec<Keyed>,
    /// Rules that any packet may match.
    rest: Vec<u32>,
}

/// The rules that compare the same thing of a packet.
#[derive(Debug)]
struct Keyed {
    operand: Operand,
    levels: Vec<Level>,
    all: Vec<u32>,
}

/// The rules that compare with networks of the same size.
#[derive(Debug)]
struct Level {
    /// How many bits do not count.
    shift: u32,
    /// Sorted; beside each, its rule.
    values: Vec<u128>,
    rules: Vec<u32>,
}

/// What is left to be asked of a chain.
#[derive(Clone, Debug)]
pub(super) enum Cursor<'i> {
    /// Every rule.
    All,
    /// The rules of these lists, each of which is sorted.
    Lists(Vec<&'i [u32]>),
}

impl Index {
    /// Of a chain by its number. Rules for certain senders are added to those of all chains.
    pub(super) fn new(chain: u32, rules: &[Rule<'_>], senders: &mut senders::Builder) -> Self {
        if rules.len() < WORTH {
            return Self::default();
        }
        let mut builder = Builder::default();
        for (rule, number) in rules.iter().zip(0..) {
            match best(rule) {
                None => builder.rest.push(number),
                Some((Operand { key: Key::Address { source: true, v6 }, .. }, networks)) => {
                    networks.into_iter().for_each(|own| senders.add(*v6, own, (chain, number)));
                }
                Some((operand, networks)) => builder.add(operand, networks, number),
            }
        }
        Self { parts: Some(builder.parts()) }
    }

    /// The rules that a packet can match; `of_sender` are those of the chain that are for its sender.
    pub(super) fn cursor<'i>(&'i self, scene: &Scene<'_>, of_sender: &'i [u32]) -> Cursor<'i> {
        let Some(parts) = &self.parts else { return Cursor::All };
        let mut lists = vec![parts.rest.as_slice(), of_sender];
        for keyed in &parts.keyed {
            match keyed.operand.read(scene) {
                Value::Known(value) => {
                    lists.extend(keyed.levels.iter().map(|level| level.find(value)));
                }
                Value::Absent => {}
                _ => lists.push(&keyed.all),
            }
        }
        lists.retain(|list| !list.is_empty());
        Cursor::Lists(lists)
    }
}

impl Cursor<'_> {
    /// The first rule from `from` on, of `count`.
    pub(super) fn next(&mut self, from: usize, count: usize) -> Option<usize> {
        match self {
            Self::All => (from < count).then_some(from),
            Self::Lists(lists) => {
                let mut first = None;
                for list in lists {
                    while let Some((number, rest)) = list.split_first() {
                        let number = *number as usize;
                        if number >= from {
                            first = Some(first.map_or(number, |first: usize| first.min(number)));
                            break;
                        }
                        *list = rest;
                    }
                }
                first
            }
        }
    }
}

impl Level {
    fn find(&self, value: u128) -> &[u32] {
        let value = value.checked_shr(self.shift).unwrap_or(0);
        let begin = self.values.partition_point(|v| *v < value);
        let length = self.values.get(begin..).map_or(0, |v| v.partition_point(|v| *v == value));
        self.rules.get(begin..begin + length).unwrap_or_default()
    }
}

/// How many bits do not count, the others, and the rule.
type Entry = (u32, u128, u32);

#[derive(Default)]
struct Builder {
    keyed: Vec<(Operand, Vec<Entry>)>,
    rest: Vec<u32>,
}

impl Builder {
    fn add(&mut self, operand: &Operand, networks: Vec<(u32, u128)>, number: u32) {
        let entries = networks.into_iter().map(|(shift, value)| (shift, value, number));
        match self.keyed.iter_mut().find(|(own, _)| own == operand) {
            Some((_, all)) => all.extend(entries),
            None => self.keyed.push((operand.clone(), entries.collect())),
        }
    }

    fn parts(self) -> Parts {
        let keyed = self.keyed.into_iter().map(|(operand, mut entries)| {
            let mut all: Vec<_> = entries.iter().map(|(.., rule)| *rule).collect();
            all.sort_unstable();
            all.dedup();
            entries.sort_unstable();
            entries.dedup();
            let levels = entries.chunk_by(|a, b| a.0 == b.0).map(|level| Level {
                shift: level.first().map_or(0, |first| first.0),
                values: level.iter().map(|(_, value, _)| *value).collect(),
                rules: level.iter().map(|(.., rule)| *rule).collect(),
            });
            Keyed { operand, levels: levels.collect(), all }
        });
        Parts { keyed: keyed.collect(), rest: self.rest }
    }
}

/// The comparison of a rule that fails most often, and the networks that it compares with.
fn best<'r>(rule: &'r Rule<'_>) -> Option<(&'r Operand, Vec<(u32, u128)>)> {
    let tests = rule.steps.iter().map_while(|step| match step {
        Step::If(condition) => Some(Some(condition)),
        Step::Unknown(_) | Step::Counts(_) => Some(None),
        // What follows an action does not keep the rule from it.
        _ => None,
    });
    tests
        .flatten()
        .filter_map(|condition| Some((rank(condition)?, condition)))
        .filter_map(|((rank, operand), condition)| Some((rank, operand, networks(condition)?)))
        .min_by_key(|(rank, ..)| *rank)
        .map(|(_, operand, networks)| (operand, networks))
}

/// Lower is better.
fn rank(condition: &Condition) -> Option<(u8, &Operand)> {
    let Operands::One(operand) = &condition.operands else { return None };
    if condition.negated || !operand.arithmetic.is_empty() {
        return None;
    }
    let rank = match operand.key {
        Key::Address { source: true, .. } => 0,
        Key::Address { source: false, .. } => 1,
        Key::Port { source: false } => 2,
        Key::Device { .. } => 3,
        _ => return None,
    };
    Some((rank, operand))
}

/// The networks that a comparison is with: how many bits do not count, and the others.
fn networks(condition: &Condition) -> Option<Vec<(u32, u128)>> {
    let mut found = Vec::new();
    match &condition.check {
        Check::Within(low, high) => split(*low, *high, &mut found)?,
        Check::In(intervals) => {
            for (low, high) in intervals.few(MAX_NETWORKS)? {
                split(low, high, &mut found)?;
            }
        }
        Check::AnyBit(_) | Check::Table(_) | Check::Exists => return None,
    }
    Some(found)
}

/// Splits an interval into networks; `None` when there are too many.
fn split(mut low: u128, high: u128, found: &mut Vec<(u32, u128)>) -> Option<()> {
    while low <= high {
        if found.len() >= MAX_NETWORKS {
            return None;
        }
        let fits = |shift: u32| {
            let size = 1_u128.checked_shl(shift).map_or(u128::MAX, |size| size - 1);
            low.trailing_zeros() >= shift && low.checked_add(size).is_some_and(|end| end <= high)
        };
        let shift = (1..128).take_while(|shift| fits(*shift)).last().unwrap_or(0);
        found.push((shift, low >> shift));
        let Some(next) = low.checked_add(1 << shift) else { break };
        low = next;
    }
    Some(())
}
