//! Comparisons.

use super::Compiler;
use crate::evaluate::filter::nft::constant::Kind;
use crate::evaluate::filter::nft::constant::interval;
use crate::evaluate::filter::nft::constant::scalar;
use crate::evaluate::filter::nft::look_up::Intervals;
use crate::evaluate::filter::nft::operand::Key;
use crate::evaluate::filter::nft::operand::Operand;
use crate::evaluate::filter::nft::rule::Check;
use crate::evaluate::filter::nft::rule::Condition;
use crate::evaluate::filter::nft::rule::Operands;
use crate::parse::nft::Expr;
use crate::parse::nft::Match;

/// Bigger sets without a name become tables.
const MAX_INLINE: usize = 256;

/// What an expression reads: one value, or several.
pub(super) fn operands(expr: &Expr) -> Operands {
    match expr {
        Expr::Concat(parts) => Operands::Several(parts.iter().map(Operand::new).collect()),
        single => Operands::One(Operand::new(single)),
    }
}

pub(super) fn kinds(operands: &Operands) -> Vec<Kind> {
    operands.as_slice().iter().map(|operand| operand.kind).collect()
}

impl<'a> Compiler<'a> {
    /// A comparison; `None` when no TCP packet can pass it.
    pub(super) fn condition(&mut self, table: usize, test: &'a Match) -> Option<Condition> {
        let mut operands = operands(&test.left);
        if operands.as_slice().iter().any(Operand::is_never) {
            return None;
        }
        let negated = matches!(&*test.op, "!=" | "!");
        let check = match (&mut operands, &test.right) {
            (_, Expr::Named(_)) => Check::Table(self.table(table, &test.right, &kinds(&operands))),
            (Operands::One(operand), Expr::Set(elements)) => {
                let keys = elements.iter().zip(0_u32..);
                let plain: Option<Vec<_>> = keys
                    .map(|(element, number)| {
                        let (low, high) = interval(&element.key, operand.kind)?;
                        element.extra.is_none().then_some((low, high, number))
                    })
                    .collect();
                match plain.filter(|plain| plain.len() <= MAX_INLINE) {
                    Some(plain) => Check::In(Intervals::new(plain)),
                    None => Check::Table(self.add(elements, &[operand.kind])),
                }
            }
            (_, Expr::Set(elements)) => Check::Table(self.add(elements, &kinds(&operands))),
            (Operands::One(operand), right) => match single(operand, &test.op, right) {
                Some(check) => check,
                None => Check::Table(self.incomplete()),
            },
            (Operands::Several(_), _) => Check::Table(self.incomplete()),
        };
        Some(Condition { operands, check, negated })
    }
}

/// A comparison with a single value.
fn single(operand: &mut Operand, op: &str, right: &Expr) -> Option<Check> {
    if let Key::Fib(fib) = &mut operand.key
        && let Some(exists) = existence(right)
    {
        fib.exists = true;
        return Some(Check::Within(exists, exists));
    }
    if matches!(op, "in" | "!") {
        return scalar(right, operand.kind).map(Check::AnyBit);
    }
    let (low, high) = interval(right, operand.kind)?;
    Some(match op {
        "==" | "!=" => Check::Within(low, high),
        "<=" => Check::Within(0, high),
        ">=" => Check::Within(low, u128::MAX),
        // Nothing is below zero or above all: an empty interval.
        "<" => low.checked_sub(1).map_or(Check::Within(1, 0), |low| Check::Within(0, low)),
        ">" => {
            high.checked_add(1).map_or(Check::Within(1, 0), |high| Check::Within(high, u128::MAX))
        }
        _ => return None,
    })
}

/// `exists` and `missing`; 0 is no interface.
fn existence(right: &Expr) -> Option<u128> {
    match right {
        Expr::Bool(exists) => Some(u128::from(*exists)),
        Expr::Number(0) => Some(0),
        Expr::Text(text) if &**text == "0" => Some(0),
        _ => None,
    }
}
