//! A packet's way through the tables of a hook.

use super::CtState;
use super::Hook;
use super::Judged;
use super::Kind;
use super::Packet;
use super::RuleId;
use super::RuleSet;
use super::Stop;
use super::Unknown;
use super::Verdict;
use super::World;
use super::walk::Leaf;
use super::walk::Maybe;
use super::walk::Receiver;
use super::walk::State;
use super::walk::Tracking;
use super::walk::Walk;
use crate::evaluate::filter::Action;
use crate::parse::iptables_save::net::number;

/// What the tables end with.
#[derive(Clone, Debug)]
enum End {
    Pass(Packet, Vec<RuleId>),
    Stop(RuleId, Action, bool),
}

impl End {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pass(a, _), Self::Pass(b, _)) => {
                (a.destination, a.destination_port) == (b.destination, b.destination_port)
            }
            (Self::Stop(_, a, _), Self::Stop(_, b, _)) => a == b,
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Ended {
    last: End,
    maybe: Vec<Maybe<End>>,
}

struct Scene<'r, 'a> {
    set: &'r RuleSet<'a>,
    world: &'r World,
    hook: Hook,
    plain: bool,
}

pub(super) fn judge(
    set: &RuleSet<'_>,
    packet: &Packet,
    hook: Hook,
    world: &World,
    plain: bool,
) -> Judged {
    let scene = Scene { set, world, hook, plain };
    let kinds = tables_at(hook, packet.state);
    let state = State::new(set, packet);
    let ended = scene.tables(kinds, packet.clone(), &state, Vec::new());
    scene.judged(ended, packet)
}

/// The tables at a hook; nat is only asked about first packets.
fn tables_at(hook: Hook, state: CtState) -> &'static [Kind] {
    use Kind::{Filter, Mangle, Nat, Raw, Security};
    match (hook, state == CtState::New) {
        (Hook::Ingress, _) => &[],
        (Hook::Prerouting, true) => &[Raw, Mangle, Nat],
        (Hook::Prerouting, false) => &[Raw, Mangle],
        (Hook::Input, true) => &[Mangle, Filter, Security, Nat],
        (Hook::Input | Hook::Forward, _) => &[Mangle, Filter, Security],
        (Hook::Output, true) => &[Raw, Mangle, Nat, Filter, Security],
        (Hook::Output, false) => &[Raw, Mangle, Filter, Security],
        (Hook::Postrouting, true) => &[Mangle, Nat],
        (Hook::Postrouting, false) => &[Mangle],
    }
}

fn chain_at(hook: Hook) -> &'static str {
    match hook {
        Hook::Ingress => "",
        Hook::Prerouting => "PREROUTING",
        Hook::Input => "INPUT",
        Hook::Forward => "FORWARD",
        Hook::Output => "OUTPUT",
        Hook::Postrouting => "POSTROUTING",
    }
}

impl<'r, 'a> Scene<'r, 'a> {
    fn tables(
        &self,
        kinds: &[Kind],
        mut packet: Packet,
        state: &State<'r>,
        mut trail: Vec<RuleId>,
    ) -> Ended {
        let Some((kind, rest)) = kinds.split_first() else {
            packet.mark = state.mark;
            packet.connection_mark = state.connection_mark;
            return Ended { last: End::Pass(packet, trail), maybe: Vec::new() };
        };
        let ready = self.set.tables.iter().find(|ready| ready.kind == *kind);
        let untracked = packet.state == CtState::Untracked;
        let is_tracked = !matches!(packet.state, CtState::Untracked | CtState::Invalid);
        let Some(ready) = ready.filter(|_| *kind != Kind::Nat || is_tracked) else {
            return self.tables(rest, packet, state, trail);
        };
        let mut state = state.clone();
        if *kind == Kind::Raw {
            state.tracking = if untracked { Tracking::Off } else { Tracking::NotYet };
        }
        let before = packet.clone();
        let mut walk = Walk {
            ready,
            packet: &before,
            world: self.world,
            state,
            one_interface: self.hook != Hook::Forward,
            certain: true,
            // All of a dump is of one family.
            of_sender: ready.senders.of(false, number(before.source)),
            plain: self.plain,
        };
        let outcome = walk.base(chain_at(self.hook));
        let mut state = walk.state;
        if *kind == Kind::Raw {
            match state.tracking {
                Tracking::Off => packet.state = CtState::Untracked,
                Tracking::NotYet => state.tracking = Tracking::On,
                Tracking::On | Tracking::Unclear => {}
            }
        }
        let Some(outcome) = outcome else {
            return self.tables(rest, packet, &state, trail);
        };
        let mut after = |leaf: Leaf| match leaf {
            Leaf::Stop(rule, action, counts) => {
                Ended { last: End::Stop(rule, action, counts), maybe: Vec::new() }
            }
            Leaf::Accept(rule, receiver) => {
                let mut trail = std::mem::take(&mut trail);
                trail.push(rule);
                self.tables(rest, self.received(&packet, receiver), &state, trail)
            }
            Leaf::Fall => self.tables(rest, packet.clone(), &state, Vec::new()),
        };
        let mut maybe: Vec<Maybe<End>> = Vec::new();
        let last = after(outcome.last);
        for m in outcome.maybe {
            let ended = after(m.leaf);
            maybe.extend(ended.maybe);
            maybe.push(Maybe { leaf: ended.last, rule: m.rule, why: m.why, when: m.when });
        }
        maybe.extend(last.maybe);
        simplify(last.last, maybe)
    }

    /// The packet with the receiver that a rule gave it.
    fn received(&self, packet: &Packet, receiver: Option<Receiver>) -> Packet {
        let mut packet = packet.clone();
        let Some(receiver) = receiver else { return packet };
        let before = (packet.destination, packet.destination_port);
        if let Some(address) = receiver.address {
            packet.destination = address;
        } else if !receiver.keeps_address && self.world.is_local(packet.destination) == Some(false)
        {
            let is_ipv4 = packet.destination.is_ipv4();
            let addresses = self.world.addresses.iter().flatten();
            let own = addresses.copied().find(|a| a.is_ipv4() == is_ipv4 && !a.is_loopback());
            packet.destination = own.unwrap_or(packet.destination);
        }
        packet.destination_port = receiver.port.or(packet.destination_port);
        packet.original = packet.original.or(Some(before));
        packet
    }

    fn judged(&self, ended: Ended, packet: &Packet) -> Judged {
        let ends = || std::iter::once(&ended.last).chain(ended.maybe.iter().map(|m| &m.leaf));
        let passed = ends().find_map(|end| match end {
            End::Pass(packet, trail) => Some((packet.clone(), trail.clone())),
            End::Stop(..) => None,
        });
        let priority = ends().find_map(|end| match end {
            End::Stop(rule, ..) => Some(rule.table.priority(self.hook)),
            End::Pass(..) => None,
        });
        let (packet, trail) = passed.unwrap_or_else(|| (packet.clone(), Vec::new()));
        let mut verdict = self.verdict(&ended.last);
        for m in ended.maybe.iter().rev() {
            let other = self.verdict(&m.leaf);
            let (if_matches, if_not) = if m.when { (other, verdict) } else { (verdict, other) };
            verdict = Verdict::Unknown(Unknown {
                rule: self.set.rule_ref(m.rule),
                why: m.why.to_owned(),
                if_matches: Box::new(if_matches),
                if_not: Box::new(if_not),
            });
        }
        Judged {
            verdict,
            packet,
            trail: trail.into_iter().map(|rule| self.set.rule_ref(rule)).collect(),
            priority: priority.unwrap_or(0),
        }
    }

    fn verdict(&self, end: &End) -> Verdict {
        match end {
            End::Pass(..) => Verdict::Pass,
            End::Stop(rule, action, counts) => Verdict::Stop(Stop {
                action: *action,
                rule: self.set.rule_ref(*rule),
                counts: *counts,
            }),
        }
    }
}

/// Leaves out what comes to the same as the end, or as something earlier.
fn simplify(last: End, all: Vec<Maybe<End>>) -> Ended {
    let mut maybe: Vec<Maybe<End>> = Vec::new();
    for m in all {
        if !m.leaf.same(&last) && !maybe.iter().any(|other| other.leaf.same(&m.leaf)) {
            maybe.push(m);
        }
    }
    Ended { last, maybe }
}
