//! Rules in the form in which they are judged.

use super::index::Index;
use super::look_up::Found;
use super::look_up::Intervals;
use super::operand::Operand;
use super::operand::Scene;
use super::value::Truth;
use super::value::Value;
use crate::evaluate::filter::Action;
use crate::parse::nft;

/// A chain.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    /// Family and table.
    pub(super) table: &'a nft::Table,
    pub(super) source: &'a nft::Chain,
    /// Only those that a TCP packet can match.
    pub(super) rules: Vec<Rule<'a>>,
    pub(super) index: Index,
}

/// A rule.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    pub(super) source: &'a nft::Rule,
    pub(super) steps: Box<[Step]>,
}

/// A test or an action.
#[derive(Debug)]
pub(super) enum Step {
    If(Condition),
    /// A test that cannot be made, and why not.
    Unknown(&'static str),
    /// A test that counts what came before.
    Counts(&'static str),
    Verdict(Verdict),
    /// What becomes of the packet is looked up: the key, the map, what its elements say.
    Map(Box<[Operand]>, usize, Box<[Verdict]>),
    Reject {
        /// Only packets of this version of IP.
        v6: Option<bool>,
        action: Action,
    },
    Translate(Box<Translation>),
    SetMark(MarkSource),
    SetConnectionMark(MarkSource),
    NoTrack,
    /// A program decides.
    Queue,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Accept,
    Drop,
    Continue,
    Return,
    Jump(usize),
    Goto(usize),
    /// Not known: to a chain that is not there, or by a statement that is not understood.
    Lost,
}

/// A new address.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) v6: Option<bool>,
    /// The receiver's, or the sender's, which no later rule of the hook sees.
    pub(super) of_receiver: bool,
    pub(super) address: NewPart,
    pub(super) port: NewPart,
    /// To an address of this host.
    pub(super) to_us: bool,
}

/// A part of a new address.
#[derive(Debug)]
pub(super) enum NewPart {
    Same,
    Known(u128),
    /// Looked up: the key and the map. The number is which part of the map's values it is.
    Map(Box<[Operand]>, usize, usize),
    Unknown,
}

/// Where a mark comes from.
#[derive(Debug)]
pub(super) enum MarkSource {
    Operand(Operand),
    Known(u32),
    Map(Box<[Operand]>, usize),
    Unknown,
}

/// A comparison.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) operands: Operands,
    pub(super) check: Check,
    pub(super) negated: bool,
}

/// One value is the usual case and needs no memory of its own.
#[derive(Debug)]
pub(super) enum Operands {
    One(Operand),
    Several(Box<[Operand]>),
}

/// What is asked of a value.
#[derive(Debug)]
pub(super) enum Check {
    Within(u128, u128),
    AnyBit(u128),
    In(Intervals),
    Table(usize),
    /// Whether the packet has it at all.
    Exists,
}

impl Operands {
    pub(super) fn as_slice(&self) -> &[Operand] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

impl Condition {
    /// Whether it holds; `tables` are the sets and maps.
    pub(super) fn holds(&self, scene: &Scene<'_>, tables: &super::Filter<'_>) -> Truth {
        let (value, truth) = match &self.operands {
            Operands::One(operand) => {
                let value = operand.read(scene);
                let truth = match &self.check {
                    Check::Within(low, high) => value.is_within(*low, *high),
                    Check::AnyBit(mask) => value.has_any(*mask),
                    Check::In(intervals) => truth(intervals.find(value)),
                    Check::Table(table) => truth(tables.find(*table, &[value])),
                    Check::Exists => Truth::Yes,
                };
                (value, truth)
            }
            Operands::Several(operands) => {
                let values: Vec<_> = operands.iter().map(|operand| operand.read(scene)).collect();
                let absent = values.contains(&Value::Absent);
                let truth = match &self.check {
                    Check::Table(table) => truth(tables.find(*table, &values)),
                    Check::Exists => Truth::Yes,
                    _ => Truth::Unknown("it compares several values at once"),
                };
                (if absent { Value::Absent } else { Value::Known(0) }, truth)
            }
        };
        // What a packet does not have makes every comparison fail, also a negated one.
        if value == Value::Absent { Truth::No } else { truth.negated_if(self.negated) }
    }
}

fn truth(found: Found) -> Truth {
    match found {
        Found::No => Truth::No,
        Found::At(_) => Truth::Yes,
        Found::Maybe(why) => Truth::Unknown(why),
    }
}
