//! A packet's way through the chains of a hook.

use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use super::Filter;
use super::World;
use super::compile::BaseChain;
use super::index::Cursor;
use super::operand::Scene;
use super::operand::Tracking;
use super::outcome::Doubt;
use super::outcome::Outcome;
use super::outcome::Passed;
use super::rule::Step;
use super::rule::Verdict;
use super::value::Truth;
use crate::evaluate::filter::Action;
use crate::evaluate::filter::CtState;
use crate::evaluate::filter::Hook;
use crate::evaluate::filter::Packet;
use crate::evaluate::filter::RuleRef;
use crate::evaluate::filter::Stop;
use crate::evaluate::filter::Verdict as Judgement;
use crate::evaluate::filter::iptables::Judged;
use crate::evaluate::filter::senders::OfSender;

mod act;

/// Most doubts that one judgement follows.
const MAX_FORKS: usize = 256;

/// Most rules that one judgement asks: more only when chains go to each other in a circle.
const MAX_RULES: usize = 4_000_000;

/// Deeper than the kernel lets chains jump.
const MAX_DEPTH: usize = 32;

/// Before this priority, connection tracking has not seen a packet (`NF_IP_PRI_CONNTRACK`).
const CONNTRACK: i32 = -200;

/// What rules change about a packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct State {
    pub(super) destination: IpAddr,
    pub(super) port: Option<u16>,
    /// The receiver that the client chose.
    pub(super) original: Option<(IpAddr, Option<u16>)>,
    /// `None` when not known.
    pub(super) mark: Option<u32>,
    /// `None` when not known.
    pub(super) connection_mark: Option<u32>,
    pub(super) untracked: bool,
    /// Whether a rule has decided on the receiver: then no other is asked.
    pub(super) translated: bool,
}

impl State {
    /// What is known when it is not known which of two states it is.
    pub(super) fn blend(mut self, other: &Self) -> Self {
        if self.connection_mark != other.connection_mark {
            self.connection_mark = None;
        }
        if self.mark != other.mark {
            self.mark = None;
        }
        self
    }
}

/// A chain and the rule that is next.
#[derive(Clone, Debug)]
struct Frame<'w> {
    chain: usize,
    next: usize,
    /// Made when the chain is first asked.
    cursor: Option<Cursor<'w>>,
}

/// Where a walk is: the base chain, and the chains that led here.
#[derive(Clone, Debug)]
struct At<'w> {
    base: usize,
    stack: Vec<Frame<'w>>,
}

impl At<'_> {
    fn key(&self) -> (usize, Vec<(usize, usize)>) {
        (self.base, self.stack.iter().map(|frame| (frame.chain, frame.next)).collect())
    }
}

/// Walks that were taken before, by where they began.
type Memory = HashMap<(usize, Vec<(usize, usize)>), Vec<(State, Outcome)>>;

struct Walker<'w> {
    filter: &'w Filter<'w>,
    packet: &'w Packet,
    world: &'w World,
    /// `None`: every rule is asked.
    of_sender: Option<&'w OfSender>,
    bases: Vec<&'w BaseChain>,
    forks: usize,
    rules: usize,
    memory: Memory,
}

/// Judges a packet at a hook.
pub(super) fn judge(
    filter: &Filter<'_>,
    packet: &Packet,
    hook: Hook,
    world: &World,
    uses_index: bool,
) -> Judged {
    let with_ingress = hook == Hook::Prerouting && packet.incoming;
    let meets = |base: &&BaseChain| base.hook == hook || with_ingress && base.hook == Hook::Ingress;
    let bases = filter.base_chains.iter().filter(meets).collect();
    let sender = match packet.source {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    let of_sender = uses_index.then(|| filter.senders.of(packet.source.is_ipv6(), sender));
    let mut walker = Walker {
        filter,
        packet,
        world,
        of_sender: of_sender.as_ref(),
        bases,
        forks: 0,
        rules: 0,
        memory: HashMap::new(),
    };
    let is_known = packet.state == CtState::New || !filter.writes_connection_mark;
    let state = State {
        destination: packet.destination,
        port: packet.destination_port,
        original: packet.original,
        mark: packet.mark,
        connection_mark: packet.connection_mark.filter(|_| is_known),
        untracked: false,
        translated: false,
    };
    let outcome = walker.enter(0, state);
    walker.judged(outcome)
}

impl<'w> Walker<'w> {
    fn judged(&self, outcome: Outcome) -> Judged {
        let state = outcome.state;
        let mut packet = self.packet.clone();
        packet.destination = state.destination;
        packet.destination_port = state.port;
        packet.original = state.original;
        packet.mark = state.mark;
        packet.connection_mark = state.connection_mark;
        if state.untracked {
            packet.state = CtState::Untracked;
        }
        let trail = outcome.trail.iter().rev();
        let trail = trail.map(|passed| self.reference(passed.chain, passed.rule)).collect();
        Judged { verdict: outcome.verdict, packet, trail, priority: outcome.priority }
    }

    /// A rule or a policy, so that a person finds it.
    fn reference(&self, chain: usize, rule: Option<usize>) -> RuleRef {
        let Some(chain) = self.filter.chains.get(chain) else { return RuleRef::default() };
        let source = rule.and_then(|rule| chain.rules.get(rule)).map(|rule| rule.source);
        let drops = chain.source.base.as_ref().is_some_and(|base| base.drops);
        let policy = if drops { "policy drop" } else { "policy accept" };
        RuleRef {
            tool: "nft",
            table: format!("{} {}", chain.table.family, chain.table.name),
            chain: chain.source.name.to_string(),
            // A text that was pasted may lack it.
            number: source.map(|source| source.handle).filter(|handle| *handle != 0),
            text: source.map_or_else(|| policy.to_owned(), ToString::to_string),
            packets: source.and_then(crate::parse::nft::Rule::counter).map(|c| c.packets),
        }
    }

    /// Walks on from a base chain, or what comes after it if it is not for this packet.
    fn enter(&mut self, mut base: usize, state: State) -> Outcome {
        while let Some(chain) = self.bases.get(base).copied() {
            match self.is_for(chain, &state) {
                Truth::No => base += 1,
                Truth::Yes => {
                    return self.remembered(At { base, stack: frames(chain.chain) }, state);
                }
                Truth::Unknown(why) => {
                    let rule = self.reference(chain.chain, None);
                    let doubt = Doubt { rule, why: why.to_owned(), counts: false };
                    let no = self.enter(base + 1, state);
                    let yes = self.run(At { base, stack: frames(chain.chain) }, state);
                    return Outcome::either(doubt, yes, no);
                }
            }
        }
        Outcome::new(Judgement::Pass, state, 0)
    }

    fn is_for(&self, base: &BaseChain, state: &State) -> Truth {
        if !base.is_for_family(self.packet.source.is_ipv6()) {
            return Truth::No;
        }
        // Only the first packet of a connection is asked, and only until one rule has answered.
        let is_new = self.packet.state == CtState::New && !state.untracked;
        if base.is_nat && (!is_new || state.translated) {
            return Truth::No;
        }
        if !base.is_bound {
            return Truth::Yes;
        }
        let device = if self.packet.incoming { &self.packet.input } else { &self.packet.output };
        match device {
            _ if base.devices.is_empty() => {
                Truth::Unknown("nft does not say which interface the chain is for")
            }
            None => Truth::Unknown("the interface is not known"),
            Some(device) => base.devices.iter().any(|bound| **bound == **device).into(),
        }
    }

    fn scene<'s>(&'s self, base: &BaseChain, state: &'s State) -> Scene<'s> {
        let is_before = match base.hook {
            Hook::Ingress => true,
            Hook::Prerouting | Hook::Output => base.priority <= CONNTRACK,
            Hook::Input | Hook::Forward | Hook::Postrouting => false,
        };
        // What was sent over loopback was tracked when it left.
        let is_loopback = self.packet.incoming && self.packet.input.as_deref() == Some("lo");
        let tracking = match (is_before && !is_loopback, self.packet.state) {
            _ if state.untracked => Tracking::Never,
            (true, _) => Tracking::NotYet,
            (false, CtState::Untracked) => Tracking::Never,
            (false, _) => Tracking::Done,
        };
        Scene { packet: self.packet, state, world: self.world, hook: base.hook, tracking }
    }

    /// Walks on from a place, unless that was done before.
    fn remembered(&mut self, at: At<'w>, state: State) -> Outcome {
        if self.forks == 0 {
            return self.run(at, state);
        }
        let key = at.key();
        if let Some(outcome) = self.recall(&key, &state) {
            return outcome;
        }
        let outcome = self.run(at, state);
        self.memory.entry(key).or_default().push((state, outcome.clone()));
        outcome
    }

    fn recall(&self, key: &(usize, Vec<(usize, usize)>), state: &State) -> Option<Outcome> {
        let known = self.memory.get(key)?;
        known.iter().find(|(own, _)| own == state).map(|(_, outcome)| outcome.clone())
    }

    /// Walks on from a place to the end.
    fn run(&mut self, mut at: At<'w>, mut state: State) -> Outcome {
        let mut passed = Vec::new();
        let mut outcome = loop {
            let Some(base) = self.bases.get(at.base).copied() else {
                break Outcome::new(Judgement::Pass, state, 0);
            };
            let Some(rule) = self.next_rule(&mut at, base, &state) else {
                at.stack.pop();
                if at.stack.is_empty() {
                    if let Some(stop) = self.policy(base, &mut passed) {
                        break Outcome::new(Judgement::Stop(stop), state, base.rank());
                    }
                    break self.enter(at.base + 1, state);
                }
                if self.forks > 0
                    && let Some(outcome) = self.recall(&at.key(), &state)
                {
                    break outcome;
                }
                continue;
            };
            self.rules += 1;
            if let Some(outcome) = self.ask(rule, &mut at, &mut state, &mut passed) {
                break outcome;
            }
        };
        // The trail is kept backwards, since what comes later is known first.
        outcome.trail.extend(passed.into_iter().rev());
        outcome
    }

    fn next_rule(
        &self,
        at: &mut At<'w>,
        base: &BaseChain,
        state: &State,
    ) -> Option<(usize, usize)> {
        let frame = at.stack.last_mut()?;
        let chain = self.filter.chains.get(frame.chain)?;
        let cursor = frame.cursor.get_or_insert_with(|| match self.of_sender {
            Some(all) => chain.index.cursor(&self.scene(base, state), all.of_chain(frame.chain)),
            None => Cursor::All,
        });
        let rule = cursor.next(frame.next, chain.rules.len())?;
        frame.next = rule + 1;
        Some((frame.chain, rule))
    }

    /// What the end of a base chain means.
    fn policy(&self, base: &BaseChain, passed: &mut Vec<Passed>) -> Option<Stop> {
        let chain = self.filter.chains.get(base.chain)?;
        if base.drops {
            let rule = self.reference(base.chain, None);
            return Some(Stop { action: Action::Drop, rule, counts: false });
        }
        // An empty chain decides nothing.
        if !chain.source.rules.is_empty() {
            passed.push(Passed { chain: base.chain, rule: None });
        }
        None
    }
}

fn frames<'w>(chain: usize) -> Vec<Frame<'w>> {
    vec![Frame { chain, next: 0, cursor: None }]
}

fn loopback(is_v6: bool) -> IpAddr {
    if is_v6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() }
}
