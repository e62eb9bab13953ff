//! What we say of a connection against what became of it.

use std::fmt;

use anyhow::Result;
use sshwhy_core::evaluate::filter::flow::{FlowVerdict, Moment, Outcome};
use sshwhy_core::evaluate::filter::{Action, Verdict};
use sshwhy_core::model::flow::Flow;

use super::ground::{self, Ground, Seen, Try};

/// How often both agreed.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Rule sets that were loaded.
    pub rule_sets: usize,
    /// Rule sets that nft did not take, which must not happen.
    pub not_loaded: usize,
    /// The rules of the biggest one.
    pub most_rules: usize,
    /// Connections of which we said what became of them.
    pub agree: usize,
    /// Of these, those that were admitted.
    pub admitted: usize,
    /// Of these, those that were refused with an error or a reset.
    pub refused: usize,
    /// Of these, those that were stopped after their first packet.
    pub stopped_later: usize,
    /// Connections of which we said that it could not be known, and what happened was among what we named.
    pub open: usize,
    /// Connections that were to be refused, and whose refusal another rule of the server stopped on its way out.
    pub refusal_stopped: usize,
    /// Connections of which we said something else.
    pub disagree: usize,
    /// The first of them, with their rule sets.
    pub examples: Vec<String>,
}

/// What we say that the rule set does to a connection.
pub(super) type Predict<'p> = dyn Fn(&Flow) -> FlowVerdict + 'p;

/// Tries all connections against the rule set that is loaded, and compares.
pub(super) fn compare_all(
    text: &str,
    ground: &mut Ground,
    counts: &mut Counts,
    predict: &Predict<'_>,
    tries: &[Try],
) -> Result<()> {
    let seen = ground.connect(tries)?;
    for (one, seen) in tries.iter().zip(seen) {
        compare(text, ground, counts, predict, one, seen)?;
    }
    Ok(())
}

fn flow(one: &Try, port: Option<u16>) -> Flow {
    Flow {
        source: one.source,
        source_port: port,
        destination: one.destination,
        port: one.port,
        interface: Some(one.interface.to_owned()),
    }
}

fn compare(
    text: &str,
    ground: &mut Ground,
    counts: &mut Counts,
    predict: &Predict<'_>,
    one: &Try,
    (mut seen, port): (Seen, u16),
) -> Result<()> {
    let v6 = one.source.is_ipv6();
    let mut verdict = predict(&flow(one, Some(port)));
    let mut expected = Expected::of(&verdict, v6);
    if !expected.fits(seen) {
        // Silence may have been a busy machine.
        let port;
        (seen, port) = ground.connect_slowly(one)?;
        verdict = predict(&flow(one, Some(port)));
        expected = Expected::of(&verdict, v6);
    }
    let was_refusal = expected.refuses();
    if expected.fits(seen) {
        match expected {
            Expected::AnyOf(_) => counts.open += 1,
            Expected::Only(only) => {
                counts.agree += 1;
                counts.admitted += usize::from(only == Seen::Admitted);
                counts.refused += usize::from(matches!(only, Seen::Refused(_)));
                counts.stopped_later += usize::from(matches!(
                    only,
                    Seen::SilentAfterHello | Seen::ResetAfterHello | Seen::NoBanner
                ));
            }
        }
    } else if was_refusal && seen.is_silence() && stops_what_leaves(text) {
        counts.refusal_stopped += 1;
    } else {
        counts.disagree += 1;
        example(counts, || {
            format!("{one:?}: expected {expected:?}, saw {seen:?}\n{verdict:#?}\n{text}")
        });
    }
    Ok(())
}

/// Whether a chain may stop the error or the reset that tells the client of a refusal.
fn stops_what_leaves(text: &str) -> bool {
    ["hook output", "hook postrouting", "-A OUTPUT", ":OUTPUT DROP", "-A POSTROUTING"]
        .iter()
        .any(|n| text.contains(n))
}

pub(super) fn example(counts: &mut Counts, words: impl FnOnce() -> String) {
    if counts.examples.len() < 20 {
        counts.examples.push(words());
    }
}

/// What we say will be seen.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Only(Seen),
    AnyOf(Vec<Seen>),
}

impl Expected {
    fn of(verdict: &FlowVerdict, v6: bool) -> Self {
        match &verdict.outcome {
            Outcome::Admits(_) => Self::Only(Seen::Admitted),
            Outcome::Stops(_, stop) => {
                let at_last = seen(verdict.moment, stop.action, v6);
                if verdict.before.is_none() {
                    return Self::Only(at_last);
                }
                let mut all = vec![at_last];
                earlier(verdict, v6, &mut all);
                all.retain(|seen| *seen != Seen::Admitted);
                Self::AnyOf(all)
            }
            Outcome::Depends(unknown) => {
                // What comes after that is left open, too.
                let mut all = vec![Seen::SilentAfterHello, Seen::ResetAfterHello, Seen::NoBanner];
                ends(&Verdict::Unknown(unknown.clone()), verdict.moment, v6, &mut all);
                earlier(verdict, v6, &mut all);
                Self::AnyOf(all)
            }
        }
    }

    fn refuses(&self) -> bool {
        match self {
            Self::Only(only) => only.is_refusal(),
            Self::AnyOf(all) => all.iter().copied().any(Seen::is_refusal),
        }
    }

    fn fits(&self, seen: Seen) -> bool {
        match self {
            Self::Only(only) => *only == seen,
            Self::AnyOf(all) => all.contains(&seen),
        }
    }
}

/// What is seen when something that cannot be known stops an earlier packet.
fn earlier(verdict: &FlowVerdict, v6: bool, all: &mut Vec<Seen>) {
    let Some(before) = &verdict.before else { return };
    for moment in [Moment::Syn, Moment::SynAck, Moment::Hello] {
        ends(&Verdict::Unknown(before.clone()), moment, v6, all);
    }
}

fn ends(verdict: &Verdict, moment: Moment, v6: bool, all: &mut Vec<Seen>) {
    match verdict {
        Verdict::Pass => all.push(Seen::Admitted),
        Verdict::Stop(stop) => all.push(seen(moment, stop.action, v6)),
        Verdict::Unknown(unknown) => {
            ends(&unknown.if_matches, moment, v6, all);
            ends(&unknown.if_not, moment, v6, all);
        }
    }
}

fn seen(moment: Moment, action: Action, v6: bool) -> Seen {
    match (moment, action) {
        (Moment::Syn, Action::Reject(name)) => Seen::Refused(ground::errors(name, v6)),
        (Moment::Syn, Action::Reset) => Seen::Refused(ground::REFUSED),
        (Moment::Syn | Moment::SynAck, _) => Seen::Silent,
        (Moment::Hello, Action::Reset) => Seen::ResetAfterHello,
        (Moment::Hello, _) => Seen::SilentAfterHello,
        (Moment::Banner, _) => Seen::NoBanner,
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rule sets (at most {} rules, {} not loaded): {} agree ({} admitted, {} refused, {} stopped later), {} open, \
             {} refusals stopped on their way out, {} disagree",
            self.rule_sets,
            self.most_rules,
            self.not_loaded,
            self.agree,
            self.admitted,
            self.refused,
            self.stopped_later,
            self.open,
            self.refusal_stopped,
            self.disagree
        )
    }
}
