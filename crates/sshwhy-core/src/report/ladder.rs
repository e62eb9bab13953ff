//! The ladder: what was sent and received on the one connection that tells most.

use crate::model::case::Case;
use crate::model::evidence::Actor;
use crate::model::evidence::Event;
use crate::model::evidence::Exchange;
use crate::model::evidence::Observation;

/// More rows than this do not fit on a first screen.
const ROWS: usize = 9;
/// Of these, so many are the beginning; the rest is the end, where it breaks.
const FIRST_ROWS: usize = 4;

/// What went over one connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Our address, when known.
    pub us: Option<String>,
    /// The other end's address and port, when known.
    pub peer: Option<String>,
    /// What happened, in order.
    pub rows: Vec<Row>,
}

/// One step of the ladder.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// Somebody sent something, or time passed: seconds since the start, who, and what.
    Event {
        /// Seconds since the connection attempt began.
        at: f64,
        /// Who.
        actor: Actor,
        /// What, in the protocol's terms.
        what: String,
    },
    /// So many events were left out here.
    Skipped(usize),
}

/// The ladder of the exchange that shows the break; `None` when nothing was recorded.
pub(super) fn ladder(case: &Case, broke: &Observation) -> Option<Ladder> {
    let exchange = most_telling(&case.exchanges, broke)?;
    Some(Ladder {
        us: exchange.from.map(|a| a.ip()).or(case.target.source).map(|a| a.to_string()),
        peer: exchange.to.map(|a| a.to_string()),
        rows: rows(&exchange.events),
    })
}

/// The connection on which the break was seen; failing that, the one on which most happened.
fn most_telling<'a>(exchanges: &'a [Exchange], broke: &Observation) -> Option<&'a Exchange> {
    let recorded = || exchanges.iter().filter(|e| !e.events.is_empty());
    recorded()
        .find(|e| e.probe == broke.source)
        .or_else(|| recorded().rev().max_by_key(|e| e.events.len()))
}

fn rows(events: &[Event]) -> Vec<Row> {
    let row = |e: &Event| Row::Event { at: e.at, actor: e.actor, what: e.what.clone() };
    if events.len() <= ROWS {
        return events.iter().map(row).collect();
    }
    let last = ROWS - 1 - FIRST_ROWS;
    let begin = events.iter().take(FIRST_ROWS).map(row);
    let end = events.iter().skip(events.len() - last).map(row);
    begin.chain([Row::Skipped(events.len() - FIRST_ROWS - last)]).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_exchange_keeps_its_beginning_and_its_end() {
        let event = |i: usize| Event { at: i as f64, actor: Actor::Us, what: format!("event {i}") };
        for (count, expected, skipped) in [(0, 0, None), (9, 9, None), (10, 9, Some(2))] {
            let rows = rows(&(0..count).map(event).collect::<Vec<_>>());
            assert_eq!(rows.len(), expected);
            let found = rows.iter().find_map(|r| match r {
                Row::Skipped(n) => Some(*n),
                Row::Event { .. } => None,
            });
            assert_eq!(found, skipped);
        }
    }
}
