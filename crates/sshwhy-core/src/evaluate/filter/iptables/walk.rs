//! A packet's way through the chains of one table.
//!
//! A condition that cannot be known does not split the way in two: the way goes on as if it did not hold, and what would have
//! happened otherwise is kept beside it. So a verdict takes time in proportion to the rules, however many cannot be known.

use std::net::IpAddr;

use super::Action;
use super::Packet;
use super::Policy;
use super::Ready;
use super::RuleId;
use super::RuleSet;
use super::Tri;
use super::World;
use super::matching;
use crate::evaluate::filter::senders::OfSender;
pub(super) use crate::parse::iptables_save::Target;
use crate::parse::iptables_save::net::Net;

/// The kernel refuses loops; a damaged dump may have them. Deeper nests do not occur.
const MAX_DEPTH: u32 = 64;

/// More rules than a packet meets on any host, loops aside.
const MAX_RULES: u32 = 4_000_000;

/// What the way of a packet may end with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Leaf {
    /// The end of a chain that people made, or `RETURN`.
    Fall,
    /// This rule or policy accepts, with another receiver perhaps.
    Accept(RuleId, Option<Receiver>),
    /// This rule or policy stops it; whether something that counts had a part in it.
    Stop(RuleId, Action, bool),
}

/// The receiver that a rule of `nat` puts in the place of the client's choice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Receiver {
    /// `None`: this host itself, by whichever address (`REDIRECT`).
    pub(super) address: Option<IpAddr>,
    /// `None`: the same port.
    pub(super) port: Option<u16>,
    /// Whether the address stays when none is given (`DNAT --to-destination :2222`).
    pub(super) keeps_address: bool,
}

impl Leaf {
    /// Whether both come to the same for the packet.
    pub(super) fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Fall, Self::Fall) => true,
            (Self::Accept(_, a), Self::Accept(_, b)) => a == b,
            (Self::Stop(_, a, _), Self::Stop(_, b, _)) => a == b,
            _ => false,
        }
    }
}

/// Something that may happen instead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Maybe<L> {
    /// What.
    pub(super) leaf: L,
    /// The rule on which it depends.
    pub(super) rule: RuleId,
    /// Why that cannot be known.
    pub(super) why: &'static str,
    /// Whether it happens when the rule matches (false: when it does not).
    pub(super) when: bool,
}

/// What becomes of a packet: `last`, unless one of `maybe` happens first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) last: Leaf,
    pub(super) maybe: Vec<Maybe<Leaf>>,
}

impl Outcome {
    fn certain(last: Leaf) -> Self {
        Self { last, maybe: Vec::new() }
    }
}

/// Whether connection tracking has looked at the packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tracking {
    /// It comes after this table.
    NotYet,
    On,
    /// A rule says `NOTRACK`.
    Off,
    /// A rule that cannot be judged may say so.
    Unclear,
}

/// That this packet has been entered into a list of the module recent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Touch {
    pub(super) list: String,
    pub(super) net: Net,
    /// How often at least.
    pub(super) least: u32,
    /// How often at most.
    pub(super) most: u32,
    /// Whether what was there before is gone.
    pub(super) removed: bool,
}

/// What rules have changed on the way.
#[derive(Clone, Debug)]
pub(super) struct State<'r> {
    pub(super) mark: Option<u32>,
    pub(super) connection_mark: Option<u32>,
    pub(super) tracking: Tracking,
    pub(super) touches: Vec<Touch>,
    pub(super) changed_sets: Vec<&'r str>,
    /// A rule that accepts did not match only because it counts.
    missed: bool,
    /// Rules met so far.
    met: u32,
}

impl State<'_> {
    pub(super) fn new(set: &RuleSet<'_>, packet: &Packet) -> Self {
        let is_known = packet.state == super::CtState::New || !set.writes_connection_mark;
        Self {
            mark: packet.mark,
            connection_mark: packet.connection_mark.filter(|_| is_known && packet.mark.is_some()),
            tracking: Tracking::On,
            touches: Vec::new(),
            changed_sets: Vec::new(),
            missed: false,
            met: 0,
        }
    }

    /// After a part of the way that may or may not have been gone.
    fn join(&mut self, before: Self) {
        self.mark = self.mark.filter(|_| self.mark == before.mark);
        self.connection_mark =
            self.connection_mark.filter(|_| self.connection_mark == before.connection_mark);
        if self.tracking != before.tracking {
            self.tracking = Tracking::Unclear;
        }
        for touch in &mut self.touches {
            let same = |t: &&Touch| t.list == touch.list && t.net == touch.net;
            let earlier = before.touches.iter().find(same);
            touch.least = earlier.map_or(0, |t| t.least.min(touch.least));
        }
        self.missed |= before.missed;
    }
}

/// The walk of one packet through one table.
#[derive(Debug)]
pub(super) struct Walk<'r, 'a> {
    pub(super) ready: &'r Ready<'a>,
    pub(super) packet: &'r Packet,
    pub(super) world: &'r World,
    pub(super) state: State<'r>,
    /// Whether the table sees the packet at a hook where it has only one interface.
    pub(super) one_interface: bool,
    /// Whether all conditions of the rule that came before are known to hold.
    pub(super) certain: bool,
    /// The rules of the table that are for the packet's sender.
    pub(super) of_sender: OfSender,
    /// Every rule is looked at, also those that the index leaves out.
    pub(super) plain: bool,
}

enum Effect {
    /// The next rule follows.
    Next,
    /// Out of the chain.
    Return,
    /// The end.
    End(Outcome),
    /// A chain has been walked.
    Walked(Outcome, bool),
}

impl<'r, 'a> Walk<'r, 'a> {
    pub(super) fn has_one_interface(&self) -> bool {
        self.one_interface
    }

    /// Walks a built-in chain; none at all accepts everything without a word.
    pub(super) fn base(&mut self, name: &str) -> Option<Outcome> {
        let number = *self.ready.chains.get(name)?;
        let chain = self.ready.table.chains.get(number as usize)?;
        let policy = chain.policy;
        if chain.rules.is_empty() && policy != Some(Policy::Drop) {
            return None;
        }
        let mut outcome = self.chain(number, 0, false);
        let id = RuleId { table: self.ready.kind, chain: number, rule: None };
        let end = match policy {
            Some(Policy::Drop) => Leaf::Stop(id, Action::Drop, self.state.missed),
            _ => Leaf::Accept(id, None),
        };
        for leaf in
            outcome.maybe.iter_mut().map(|m| &mut m.leaf).chain(std::iter::once(&mut outcome.last))
        {
            if *leaf == Leaf::Fall {
                *leaf = end;
            }
        }
        outcome.maybe.retain(|m| !m.leaf.same(outcome.last));
        Some(outcome)
    }

    fn chain(&mut self, number: u32, depth: u32, counted: bool) -> Outcome {
        let ready = self.ready;
        let mut maybe: Vec<Maybe<Leaf>> = Vec::new();
        let Some(chain) = ready.table.chains.get(number as usize) else {
            return Outcome::certain(Leaf::Fall);
        };
        let way = self.way(number, chain.rules.len());
        for at in way {
            let Some(rule) = chain.rules.get(at as usize) else { continue };
            let id = RuleId { table: ready.kind, chain: number, rule: Some(at) };
            self.state.met = self.state.met.saturating_add(1);
            if self.state.met > MAX_RULES {
                break;
            }
            let (holds, counts) = self.conditions(ready.table.matches(rule), &rule.target);
            let counted = counted || counts;
            match holds {
                Tri::No => {}
                Tri::Yes => match self.effect(&rule.target, id, depth, counted) {
                    Effect::Next => {}
                    Effect::Return => return finish(Leaf::Fall, maybe),
                    Effect::End(outcome) => return merge(outcome, maybe),
                    Effect::Walked(outcome, true) => return merge(outcome, maybe),
                    Effect::Walked(outcome, false) => {
                        if let Some(end) = go_on(outcome, &mut maybe) {
                            return finish(end, maybe);
                        }
                    }
                },
                Tri::Unknown(why) => {
                    let before = self.state.clone();
                    let effect = self.effect(&rule.target, id, depth, counted);
                    keep(effect, id, why, &mut maybe);
                    self.state.join(before);
                }
            }
        }
        finish(Leaf::Fall, maybe)
    }

    fn way(&self, chain: u32, rules: usize) -> Way<'r> {
        match self.ready.indexes.get(chain as usize) {
            Some(index) if !self.plain => {
                let of_sender = self.of_sender.of_chain(chain as usize);
                Way::Filed(index.candidates(self.packet, of_sender))
            }
            _ => Way::All(0..u32::try_from(rules).unwrap_or(u32::MAX)),
        }
    }

    /// Whether all conditions hold, and whether one that counts had a part in that.
    fn conditions(
        &mut self,
        conditions: &'r [matching::Match<'a>],
        target: &Target<'a>,
    ) -> (Tri, bool) {
        let (mut all, mut counts, mut missed) = (Tri::Yes, false, false);
        for condition in conditions {
            let is_count = matching::counts(condition);
            self.certain = all == Tri::Yes;
            // What comes after a condition that does not hold is never asked, and enters nothing into a list.
            if missed && matches!(condition, matching::Match::Recent(_)) {
                return (Tri::No, false);
            }
            match matching::holds(condition, self) {
                Tri::No if is_count => missed = true,
                Tri::No => return (Tri::No, false),
                Tri::Yes => counts |= is_count,
                Tri::Unknown(why) => {
                    counts |= is_count;
                    if all == Tri::Yes {
                        all = Tri::Unknown(why);
                    }
                }
            }
        }
        if missed {
            // What would have been accepted a moment ago falls to what stops the rest.
            self.state.missed |= all == Tri::Yes && *target == Target::Accept;
            return (Tri::No, false);
        }
        (all, counts)
    }

    fn effect(&mut self, target: &'r Target<'a>, id: RuleId, depth: u32, counted: bool) -> Effect {
        let counts = counted || self.state.missed;
        let stop = |action| Effect::End(Outcome::certain(Leaf::Stop(id, action, counts)));
        match target {
            Target::Continue => Effect::Next,
            Target::Accept | Target::SourceNat => {
                Effect::End(Outcome::certain(Leaf::Accept(id, None)))
            }
            Target::Drop => stop(Action::Drop),
            Target::Reject(name) => stop(Action::Reject(name)),
            Target::Reset => stop(Action::Reset),
            Target::Return => Effect::Return,
            Target::Queue => {
                let why = "a program on the host decides (NFQUEUE)";
                let leaf = Leaf::Stop(id, Action::Drop, counts);
                let maybe = vec![Maybe { leaf, rule: id, why, when: true }];
                Effect::End(Outcome { last: Leaf::Accept(id, None), maybe })
            }
            Target::Redirect(port) => receiver(id, None, *port, false),
            Target::DestinationNat(to) => receiver(id, to.0, to.1, true),
            Target::Jump(name) => self.call(name, id, depth, counted, false),
            Target::Goto(name) => self.call(name, id, depth, counted, true),
            _ => {
                self.change(target);
                Effect::Next
            }
        }
    }

    fn change(&mut self, target: &'r Target<'a>) {
        let state = &mut self.state;
        match target {
            Target::Mark { clear, flip } => {
                state.mark = match state.mark {
                    Some(mark) => Some((mark & !clear) ^ flip),
                    None if *clear == u32::MAX => Some(*flip),
                    None => None,
                };
            }
            Target::ConnectionMark { clear, flip } => {
                state.connection_mark = match state.connection_mark {
                    Some(mark) => Some((mark & !clear) ^ flip),
                    None if *clear == u32::MAX => Some(*flip),
                    None => None,
                };
            }
            // Their masks are not kept: the parts that are not copied are seldom asked for.
            Target::SaveMark => {
                state.connection_mark =
                    state.mark.filter(|mark| *mark == 0 && state.connection_mark == Some(0))
            }
            Target::RestoreMark => {
                state.mark =
                    state.connection_mark.filter(|mark| *mark == 0 && state.mark == Some(0))
            }
            Target::NoTrack => state.tracking = Tracking::Off,
            Target::ChangeSet(name) => state.changed_sets.push(name),
            _ => {}
        }
    }

    fn call(&mut self, name: &str, id: RuleId, depth: u32, counted: bool, goes: bool) -> Effect {
        let why = match self.ready.chains.get(name) {
            Some(chain) if depth < MAX_DEPTH => {
                return Effect::Walked(self.chain(*chain, depth + 1, counted), goes);
            }
            Some(_) => "its chains call one another without an end",
            None => "what its target does is not known",
        };
        let leaf = Leaf::Stop(id, Action::Drop, counted);
        let maybe = vec![Maybe { leaf, rule: id, why, when: true }];
        Effect::Walked(Outcome { last: Leaf::Fall, maybe }, goes)
    }

    /// Enters the packet into a list of the module recent.
    pub(super) fn touch(&mut self, mut new: Touch) {
        if !self.certain {
            new.least = 0;
        }
        let same = |t: &&mut Touch| t.list == new.list && t.net == new.net;
        match self.state.touches.iter_mut().find(same) {
            Some(touch) if !new.removed => {
                touch.least = touch.least.saturating_add(new.least);
                touch.most = touch.most.saturating_add(new.most);
            }
            Some(touch) => *touch = new,
            None => self.state.touches.push(new),
        }
    }
}

enum Way<'i> {
    All(std::ops::Range<u32>),
    Filed(super::index::Candidates<'i>),
}

impl Iterator for Way<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::All(range) => range.next(),
            Self::Filed(candidates) => candidates.next(),
        }
    }
}

fn receiver(id: RuleId, address: Option<IpAddr>, port: Option<u16>, keeps_address: bool) -> Effect {
    let receiver = Receiver { address, port, keeps_address };
    Effect::End(Outcome::certain(Leaf::Accept(id, Some(receiver))))
}

/// Adds something that may happen, unless the same may happen already.
fn push(maybe: &mut Vec<Maybe<Leaf>>, new: Maybe<Leaf>) {
    if !maybe.iter().any(|m| m.leaf.same(new.leaf)) {
        maybe.push(new);
    }
}

fn finish(last: Leaf, mut maybe: Vec<Maybe<Leaf>>) -> Outcome {
    maybe.retain(|m| !m.leaf.same(last));
    Outcome { last, maybe }
}

fn merge(outcome: Outcome, mut maybe: Vec<Maybe<Leaf>>) -> Outcome {
    for m in outcome.maybe {
        push(&mut maybe, m);
    }
    finish(outcome.last, maybe)
}

/// After a chain that was walked for certain: what it ends with, or nothing when the way goes on behind it.
fn go_on(outcome: Outcome, maybe: &mut Vec<Maybe<Leaf>>) -> Option<Leaf> {
    let mut fall = None;
    for m in outcome.maybe {
        if m.leaf == Leaf::Fall {
            fall = Some(m);
        } else {
            push(maybe, m);
        }
    }
    match (outcome.last, fall) {
        (Leaf::Fall, _) => None,
        (leaf, None) => Some(leaf),
        (leaf, Some(m)) => {
            push(maybe, Maybe { leaf, when: !m.when, ..m });
            None
        }
    }
}

/// After a rule that may not have matched: what would have happened.
fn keep(effect: Effect, rule: RuleId, why: &'static str, maybe: &mut Vec<Maybe<Leaf>>) {
    let (outcome, leaves) = match effect {
        Effect::Next => return,
        Effect::Return => (Outcome::certain(Leaf::Fall), true),
        Effect::End(outcome) => (outcome, true),
        Effect::Walked(outcome, goes) => (outcome, goes),
    };
    for m in outcome.maybe {
        if leaves || m.leaf != Leaf::Fall {
            push(maybe, m);
        }
    }
    if leaves || outcome.last != Leaf::Fall {
        push(maybe, Maybe { leaf: outcome.last, rule, why, when: true });
    }
}
