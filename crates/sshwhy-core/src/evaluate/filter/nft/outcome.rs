//! What a walk comes to, and what two walks come to together when it is not known which is taken.

use super::walk::State;
use crate::evaluate::filter::RuleRef;
use crate::evaluate::filter::Stop;
use crate::evaluate::filter::Unknown;
use crate::evaluate::filter::Verdict;

/// Most conditions that one verdict names.
const MAX_SIZE: usize = 32;

/// What a walk comes to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    /// The packet at the end of it.
    pub(super) state: State,
    /// What accepted or changed it, from the last to the first.
    pub(super) trail: Vec<Passed>,
    pub(super) priority: i32,
    /// How many conditions the verdict names.
    size: usize,
}

/// What accepted or changed a packet: the chain, and the rule or the policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Passed {
    pub(super) chain: usize,
    pub(super) rule: Option<usize>,
}

/// What cannot be known.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub(super) rule: RuleRef,
    pub(super) why: String,
    /// Whether it counts what came before.
    pub(super) counts: bool,
}

impl Outcome {
    pub(super) fn new(verdict: Verdict, state: State, priority: i32) -> Self {
        let size = usize::from(matches!(verdict, Verdict::Unknown(_)));
        Self { verdict, state, trail: Vec::new(), priority, size }
    }

    /// Neither way can be followed any further.
    pub(super) fn lost(doubt: Doubt, stop: Stop, state: State, priority: i32) -> Self {
        let verdict = Verdict::Unknown(Unknown {
            rule: doubt.rule,
            why: doubt.why,
            if_matches: Box::new(Verdict::Stop(stop)),
            if_not: Box::new(Verdict::Pass),
        });
        Self::new(verdict, state, priority)
    }

    /// What two walks come to together: `yes` if the doubtful rule matches, `no` if it does not.
    pub(super) fn either(doubt: Doubt, yes: Self, no: Self) -> Self {
        if agree(&yes.verdict, &no.verdict) {
            let prefers_yes = counts(&no.verdict) && !counts(&yes.verdict);
            let (mut kept, other) = if prefers_yes { (yes, no) } else { (no, yes) };
            kept.state = kept.state.blend(&other.state);
            return kept;
        }
        let size = yes.size + no.size + 1;
        let passes = matches!(yes.verdict, Verdict::Pass);
        let (state, trail) = if passes { (yes.state, yes.trail) } else { (no.state, no.trail) };
        let (mut yes_verdict, mut no_verdict) = (yes.verdict, no.verdict);
        if doubt.counts {
            mark_as_counting(&mut yes_verdict);
            mark_as_counting(&mut no_verdict);
        }
        let unknown = Unknown {
            rule: doubt.rule,
            why: doubt.why,
            if_matches: Box::new(yes_verdict),
            if_not: Box::new(no_verdict),
        };
        let (verdict, size) = match size {
            0..=MAX_SIZE => (Verdict::Unknown(unknown), size),
            _ => shortened(unknown),
        };
        Self { verdict, state, trail, priority: yes.priority.min(no.priority), size }
    }
}

/// Whether the client notices no difference.
fn agree(yes: &Verdict, no: &Verdict) -> bool {
    match (yes, no) {
        (Verdict::Pass, Verdict::Pass) => true,
        (Verdict::Stop(yes), Verdict::Stop(no)) => yes.action == no.action,
        (Verdict::Unknown(_), Verdict::Unknown(_)) => yes == no,
        _ => false,
    }
}

fn counts(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Stop(stop) if stop.counts)
}

fn mark_as_counting(verdict: &mut Verdict) {
    match verdict {
        Verdict::Pass => {}
        Verdict::Stop(stop) => stop.counts = true,
        Verdict::Unknown(unknown) => {
            mark_as_counting(&mut unknown.if_matches);
            mark_as_counting(&mut unknown.if_not);
        }
    }
}

/// Keeps one of each end that a verdict can come to, and the first of the conditions.
fn shortened(unknown: Unknown) -> (Verdict, usize) {
    let Unknown { rule, why, if_matches, if_not } = unknown;
    let mut ends = Vec::new();
    collect_ends(*if_matches, &mut ends);
    collect_ends(*if_not, &mut ends);
    let mut ends = ends.into_iter();
    let mut verdict = ends.next().unwrap_or(Verdict::Pass);
    let mut size = 0;
    for end in ends {
        size += 1;
        verdict = Verdict::Unknown(Unknown {
            rule: rule.clone(),
            why: why.clone(),
            if_matches: Box::new(end),
            if_not: Box::new(verdict),
        });
    }
    (verdict, size)
}

fn collect_ends(verdict: Verdict, ends: &mut Vec<Verdict>) {
    match verdict {
        Verdict::Unknown(unknown) => {
            collect_ends(*unknown.if_matches, ends);
            collect_ends(*unknown.if_not, ends);
        }
        end if ends.iter().any(|known| agree(known, &end)) => {}
        end => ends.push(end),
    }
}
