//! Rule sets of nftables, judged by us and by the kernel itself: they are loaded in a network namespace, and real connections
//! are tried from several addresses over several interfaces.

mod bench;
mod generate;
mod ground;
mod random;

use std::fmt;

use anyhow::{Context, Result};
use sshwhy_core::evaluate::filter::flow::{FlowVerdict, Moment, Outcome, judge_flow};
use sshwhy_core::evaluate::filter::nft::{Filter, Reply, World};
use sshwhy_core::evaluate::filter::{Action, Verdict};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::nft::RuleSet;

pub use bench::{Numbers, bench};
use ground::{Ground, Seen, Try};
use random::Random;

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

/// Whether this can run: as root, with nft.
#[must_use]
pub fn is_possible() -> bool {
    let is_root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    is_root && std::process::Command::new("nft").arg("--version").output().is_ok()
}

/// Tries connections against rule sets that are made from a seed.
///
/// # Errors
///
/// When a namespace or an interface is refused.
pub fn run(seed: u64, rule_sets: usize) -> Result<Counts> {
    // Its namespaces are left behind with the thread.
    let thread = std::thread::spawn(move || {
        let mut ground = Ground::new()?;
        let mut random = Random::new(seed);
        let mut counts = Counts::default();
        for _ in 0..rule_sets {
            let text = generate::rule_set(&mut random);
            check(&text, &mut ground, &mut counts)?;
        }
        Ok(counts)
    });
    thread.join().unwrap_or_else(|_| anyhow::bail!("the differential test ended early"))
}

fn check(text: &str, ground: &mut Ground, counts: &mut Counts) -> Result<()> {
    if let Err(error) = ground.load(text) {
        counts.not_loaded += 1;
        example(counts, || format!("{error:#}\n{text}"));
        return Ok(());
    }
    counts.rule_sets += 1;
    let json = ground.list()?;
    let rule_set = RuleSet::parse(&json).context("nft's own JSON was not read")?;
    anyhow::ensure!(rule_set.unreadable.is_empty(), "unreadable: {:?}", rule_set.unreadable);
    counts.most_rules = counts.most_rules.max(rule_set.rule_count());
    let filter = Filter::new(&rule_set);
    let tries = ground::tries();
    let seen = ground.connect(&tries)?;
    for (one, seen) in tries.iter().zip(seen) {
        compare(text, ground, counts, &filter, one, seen)?;
    }
    Ok(())
}

fn compare(
    text: &str,
    ground: &mut Ground,
    counts: &mut Counts,
    filter: &Filter<'_>,
    one: &Try,
    (mut seen, port): (Seen, u16),
) -> Result<()> {
    let v6 = one.source.is_ipv6();
    let mut verdict = predict(filter, one, port);
    let mut expected = Expected::of(&verdict, v6);
    if !expected.fits(seen) {
        // Silence may have been a busy machine.
        let port;
        (seen, port) = ground.connect_slowly(one)?;
        verdict = predict(filter, one, port);
        expected = Expected::of(&verdict, v6);
    }
    let was_refusal = matches!(expected, Expected::Only(Seen::Refused(_)));
    if expected.fits(seen) {
        match expected {
            Expected::AnyOf(_) => counts.open += 1,
            Expected::Only(only) => {
                counts.agree += 1;
                counts.admitted += usize::from(only == Seen::Admitted);
                counts.refused += usize::from(was_refusal);
                counts.stopped_later += usize::from(matches!(
                    only,
                    Seen::SilentAfterHello | Seen::ResetAfterHello | Seen::NoBanner
                ));
            }
        }
    } else if was_refusal && seen == Seen::Silent && stops_what_leaves(text) {
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
    text.contains("hook output") || text.contains("hook postrouting")
}

fn example(counts: &mut Counts, words: impl FnOnce() -> String) {
    if counts.examples.len() < 20 {
        counts.examples.push(words());
    }
}

fn predict(filter: &Filter<'_>, one: &Try, port: u16) -> FlowVerdict {
    let world = World {
        addresses: Some(ground::addresses()),
        reply: Some(Reply::Via(one.interface.to_owned())),
    };
    let flow = Flow {
        source: one.source,
        source_port: Some(port),
        destination: one.destination,
        port: one.port,
        interface: Some(one.interface.to_owned()),
    };
    let is_local = |address| world.is_local(address) == Some(true);
    judge_flow(&|hook, packet| filter.judge(packet, hook, &world), &is_local, &flow)
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
            Outcome::Stops(_, stop) => Self::Only(seen(verdict.moment, stop.action, v6)),
            Outcome::Depends(unknown) => {
                // What comes after that is left open, too.
                let mut all = vec![Seen::SilentAfterHello, Seen::ResetAfterHello, Seen::NoBanner];
                ends(&Verdict::Unknown(unknown.clone()), verdict.moment, v6, &mut all);
                Self::AnyOf(all)
            }
        }
    }

    fn fits(&self, seen: Seen) -> bool {
        match self {
            Self::Only(only) => *only == seen,
            Self::AnyOf(all) => all.contains(&seen),
        }
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
