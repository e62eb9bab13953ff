//! What packet filters do to a whole connection: its first packets, one after another, through the hooks of both directions.
//!
//! Works with any back end: one that judges a packet at a hook is handed in as a function.

use std::net::IpAddr;

use super::Action;
use super::CtState;
use super::Hook;
use super::Packet;
use super::RuleRef;
use super::Stop;
use super::Unknown;
use super::Verdict;
use super::iptables::Judged;
use crate::model::flow::Flow;
use crate::model::question::ServerFilter;

/// A back end, or several together ([`together`]).
pub type Judge<'j> = dyn Fn(Hook, &Packet) -> Judged + 'j;

/// What becomes of a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowVerdict {
    /// What happens.
    pub outcome: Outcome,
    /// At which of its packets; for a connection that is admitted, the first.
    pub moment: Moment,
    /// The receiver that rules put in the place of the one that the client chose (DNAT, REDIRECT): sshd is then asked at
    /// that address and port, or not at all.
    pub receiver: Option<(IpAddr, Option<u16>)>,
    /// What may stop a connection that is stopped in any case before that, and perhaps in another way.
    pub before: Option<Unknown>,
}

/// What happens to a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing stops it. The rules and policies that its first packet was accepted by, in order; none when there are no rules.
    Admits(Vec<RuleRef>),
    /// It is stopped.
    Stops(ServerFilter, Stop),
    /// It may be stopped: that depends on something that cannot be known.
    Depends(Unknown),
}

/// The packets of a connection that are judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moment {
    /// The client's first packet comes in.
    Syn,
    /// Our answer leaves.
    SynAck,
    /// The client's identification string comes in.
    Hello,
    /// Ours leaves.
    Banner,
}

impl Moment {
    /// In words, as the subject of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Syn => "the client's first packet",
            Self::SynAck => "our answer to the client's first packet",
            Self::Hello => "the client's identification string",
            Self::Banner => "our identification string",
        }
    }
}

impl FlowVerdict {
    /// The rule or policy that admits the connection: the last one of a table `filter` that names it, or else the last of all.
    pub fn admitted_by(&self) -> Option<&RuleRef> {
        let Outcome::Admits(by) = &self.outcome else { return None };
        by.iter().rfind(|rule| rule.table.ends_with("filter")).or(by.last())
    }
}

/// Judges a connection. `is_local` says whether an address is this host's own.
///
/// What stops it for certain is named even when something that cannot be known might stop it before.
pub fn judge_flow(
    judge: &Judge<'_>,
    is_local: &dyn Fn(IpAddr) -> bool,
    flow: &Flow,
) -> FlowVerdict {
    let mut way = Way { judge, depends: None, moment: Moment::Syn, receiver: None };
    let outcome = match way.whole(is_local, flow) {
        Err(End::Stopped(stop)) => Outcome::Stops(answer(way.moment, &stop), *stop),
        Err(End::StoppedSomehow(unknown)) => Outcome::Depends(*unknown),
        Ok(by) => match way.depends.take() {
            Some((moment, unknown)) => {
                way.moment = moment;
                Outcome::Depends(unknown)
            }
            None => {
                way.moment = Moment::Syn;
                Outcome::Admits(by)
            }
        },
    };
    let before = way.depends.map(|(_, unknown)| unknown);
    FlowVerdict { outcome, moment: way.moment, receiver: way.receiver, before }
}

/// What the client meets when one of the packets is stopped.
fn answer(moment: Moment, stop: &Stop) -> ServerFilter {
    match (moment, stop.action) {
        (Moment::Syn | Moment::SynAck, _) if stop.counts => ServerFilter::Counts,
        (Moment::Syn, Action::Reject(_)) => ServerFilter::Rejects,
        (Moment::Syn | Moment::Hello, Action::Reset) => ServerFilter::Resets,
        // What is sent because of a packet of ours comes to us; the client hears nothing.
        (Moment::Syn | Moment::SynAck, _) => ServerFilter::Drops,
        // TCP takes an ICMP error of an open connection for a passing trouble.
        (Moment::Hello | Moment::Banner, _) => ServerFilter::DropsEstablished,
    }
}

/// Judges by several back ends at once. A packet must pass all of them: a stop of any stops it, and when several would, the
/// one of the lowest priority does. What one changes, the next one sees.
pub fn together<'j>(judges: Vec<Box<Judge<'j>>>) -> Box<Judge<'j>> {
    Box::new(move |hook, packet| {
        let mut all = Judged::untouched(packet);
        for judge in &judges {
            let next = judge(hook, &all.packet);
            all = both(all, next);
        }
        all
    })
}

fn both(first: Judged, second: Judged) -> Judged {
    use Verdict::{Pass, Stop, Unknown};
    let first_decides = match (&first.verdict, &second.verdict) {
        (Stop(_), Stop(_)) => first.priority <= second.priority,
        (Stop(_), _) | (Unknown(_), Pass | Unknown(_)) => true,
        (_, Stop(_)) | (Pass, _) => false,
    };
    let mut trail = first.trail;
    trail.extend(second.trail);
    let (verdict, priority) = if first_decides {
        (first.verdict, first.priority)
    } else {
        (second.verdict, second.priority)
    };
    Judged { verdict, packet: second.packet, trail, priority }
}

/// Why a connection goes no further.
enum End {
    /// This stops it.
    Stopped(Box<Stop>),
    /// It is stopped for certain, but how depends on something that cannot be known.
    StoppedSomehow(Box<Unknown>),
}

struct Way<'j> {
    judge: &'j Judge<'j>,
    depends: Option<(Moment, Unknown)>,
    moment: Moment,
    receiver: Option<(IpAddr, Option<u16>)>,
}

impl Way<'_> {
    fn whole(
        &mut self,
        is_local: &dyn Fn(IpAddr) -> bool,
        flow: &Flow,
    ) -> Result<Vec<RuleRef>, End> {
        let arrived = self.hook(Hook::Prerouting, &Packet::syn(flow))?;
        let mut by = arrived.trail;
        let syn = arrived.packet;
        let receiver = (syn.destination, syn.destination_port);
        if receiver != (flow.destination, Some(flow.port)) {
            self.receiver = Some(receiver);
        }
        if syn.destination != flow.destination && !is_local(syn.destination) {
            // It is for another host; what that one answers goes the same way back.
            by.extend(self.hook(Hook::Forward, &Packet { input: syn.input.clone(), ..syn })?.trail);
            return Ok(by);
        }
        by.extend(self.hook(Hook::Input, &syn)?.trail);
        self.moment = Moment::SynAck;
        self.answer(Packet::syn_ack(flow), &syn, CtState::Invalid)?;
        self.moment = Moment::Hello;
        let mut hello = Packet::hello(flow);
        if syn.state == CtState::Untracked {
            // Not tracked from the beginning: if this packet is tracked, it is the first one.
            hello.state = CtState::New;
        }
        let alone = Packet { flags: 16, payload: Vec::new(), ..hello.clone() };
        let before = self.depends.clone();
        // The bare acknowledgement before it: lost, it is made good by the next packet, but a reset for it ends all.
        match self.arrive(&alone, &syn) {
            Err(End::Stopped(stop)) if stop.action == Action::Reset => {
                return Err(End::Stopped(stop));
            }
            _ => self.depends = before,
        }
        self.arrive(&hello, &syn)?;
        self.moment = Moment::Banner;
        // With data, a connection is picked up in the middle (`nf_conntrack_tcp_loose`), as one that we begin.
        self.answer(Packet::banner(flow), &syn, CtState::New)?;
        Ok(by)
    }

    /// A packet of the client arrives that follows `syn`.
    fn arrive(&mut self, packet: &Packet, syn: &Packet) -> Result<(), End> {
        let arrived = self.hook(Hook::Prerouting, packet)?.packet;
        let (destination, original) = (syn.destination, syn.original);
        let translated =
            Packet { destination, destination_port: syn.destination_port, original, ..arrived };
        self.hook(Hook::Input, &translated)?;
        Ok(())
    }

    /// A packet of ours leaves, as an answer to `syn`. `otherwise` is what connection tracking makes of it when it has not seen
    /// what came before (Linux `nf_conntrack_proto_tcp.c`).
    fn answer(&mut self, packet: Packet, syn: &Packet, otherwise: CtState) -> Result<(), End> {
        let state = if syn.state == CtState::Untracked { otherwise } else { packet.state };
        let (source, source_port) = (syn.destination, syn.destination_port);
        let packet = Packet { source, source_port, state, original: syn.original, ..packet };
        let left = self.hook(Hook::Output, &packet)?.packet;
        self.hook(Hook::Postrouting, &left)?;
        Ok(())
    }

    fn hook(&mut self, hook: Hook, packet: &Packet) -> Result<Judged, End> {
        let judged = (self.judge)(hook, packet);
        match &judged.verdict {
            Verdict::Stop(stop) => return Err(End::Stopped(Box::new(stop.clone()))),
            Verdict::Unknown(unknown) if !may_pass(&judged.verdict) => {
                return Err(End::StoppedSomehow(Box::new(unknown.clone())));
            }
            Verdict::Unknown(unknown) if self.depends.is_none() => {
                self.depends = Some((self.moment, unknown.clone()));
            }
            Verdict::Unknown(_) | Verdict::Pass => {}
        }
        Ok(judged)
    }
}

fn may_pass(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Pass => true,
        Verdict::Stop(_) => false,
        Verdict::Unknown(unknown) => may_pass(&unknown.if_matches) || may_pass(&unknown.if_not),
    }
}

/// Where a rule stands, as a person finds it: `iptables filter INPUT rule 7`, `nft inet filter input handle 7`.
pub fn place(rule: &RuleRef) -> String {
    let RuleRef { tool, table, chain, .. } = rule;
    let word = if *tool == "nft" { "handle" } else { "rule" };
    match rule.number {
        Some(number) => format!("{tool} {table} {chain} {word} {number}"),
        None => format!("{tool} {table} {chain}"),
    }
}

#[cfg(test)]
mod tests;
