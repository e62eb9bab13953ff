//! Finds the rules of a chain that may match a packet without walking all of them.
//!
//! Each rule is filed under one literal that a packet must have for it to match: a network of the sender or receiver, or a
//! port. Rules without such a literal are candidates for every packet; rules that no TCP packet matches, and rules that change
//! nothing, are candidates for none.

use std::collections::HashSet;

use crate::evaluate::filter::Packet;
use crate::evaluate::filter::senders;
use crate::parse::iptables_save::Match;
use crate::parse::iptables_save::Rule;
use crate::parse::iptables_save::Table;
use crate::parse::iptables_save::Target;
use crate::parse::iptables_save::net::number;
use crate::parse::iptables_save::net::top_bits;

/// Shorter chains are walked.
const SHORT: usize = 16;

/// Rules that are looked at to see which literal tells them apart best.
const SAMPLE: usize = 64;

/// Numbers filed under prefixes, by their length.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes {
    /// Length, first address, number; in order.
    entries: Vec<(u8, u128, u32)>,
    /// The lengths that occur, the longest first.
    lengths: Vec<u8>,
}

impl Prefixes {
    pub(super) fn new(mut entries: Vec<(u8, u128, u32)>) -> Self {
        entries.sort_unstable();
        entries.shrink_to_fit();
        let mut lengths: Vec<u8> = entries.iter().map(|(length, ..)| *length).collect();
        lengths.dedup();
        lengths.reverse();
        lengths.shrink_to_fit();
        Self { entries, lengths }
    }

    /// The numbers whose prefix an address has, those of the longest prefix first.
    pub(super) fn longest_first(&self, address: u128) -> impl Iterator<Item = u32> + '_ {
        self.lengths.iter().flat_map(move |length| {
            let first = address & top_bits(u32::from(*length)).unwrap_or(u128::MAX);
            let begin = self.entries.partition_point(|(l, f, _)| (*l, *f) < (*length, first));
            let found = self.entries.iter().skip(begin);
            found
                .take_while(move |(l, f, _)| (*l, *f) == (*length, first))
                .map(|(_, _, number)| *number)
        })
    }
}

/// The literals that rules are filed under.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Source,
    Destination,
    SourcePort,
    DestinationPort,
}

const KINDS: [Kind; 4] = [Kind::Source, Kind::DestinationPort, Kind::Destination, Kind::SourcePort];

/// The index of one chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Rules that are candidates for every packet.
    any: Vec<u32>,
    destinations: Prefixes,
    /// Port and rule, in order.
    source_ports: Vec<(u16, u32)>,
    destination_ports: Vec<(u16, u32)>,
}

impl Index {
    /// Of a chain by its number. Rules for certain senders are added to those of all chains.
    pub(super) fn new(
        table: &Table<'_>,
        chain: u32,
        rules: &[Rule<'_>],
        senders: &mut senders::Builder,
    ) -> Self {
        let order = if rules.len() < SHORT { Vec::new() } else { order(table, rules) };
        let mut destinations = Vec::new();
        let mut index = Self::default();
        for (number, rule) in (0u32..).zip(rules) {
            let matches = table.matches(rule);
            if is_idle(rule, matches) || is_impossible(matches) {
                continue;
            }
            match order.iter().find_map(|kind| Some((*kind, key(*kind, matches)?))) {
                None => index.any.push(number),
                Some((Kind::Source, (length, first))) => {
                    let shift = 128 - u32::from(length);
                    senders.add(false, (shift, first >> shift), (chain, number));
                }
                Some((Kind::Destination, (length, first))) => {
                    destinations.push((length, first, number));
                }
                Some((Kind::SourcePort, (_, port))) => {
                    index.source_ports.push((u16::try_from(port).unwrap_or_default(), number));
                }
                Some((Kind::DestinationPort, (_, port))) => {
                    index.destination_ports.push((u16::try_from(port).unwrap_or_default(), number));
                }
            }
        }
        index.destinations = Prefixes::new(destinations);
        for list in [&mut index.source_ports, &mut index.destination_ports] {
            list.sort_unstable();
            list.shrink_to_fit();
        }
        index.any.shrink_to_fit();
        index
    }

    /// The rules that may match, in their order; `of_sender` are those of the chain that are for the packet's sender.
    pub(super) fn candidates(&self, packet: &Packet, of_sender: &[u32]) -> Candidates<'_> {
        let mut filed = of_sender.to_vec();
        filed.extend(self.destinations.longest_first(number(packet.destination)));
        extend(&mut filed, &self.source_ports, packet.source_port);
        extend(&mut filed, &self.destination_ports, packet.destination_port);
        filed.sort_unstable();
        Candidates { any: &self.any, filed: filed.into_iter().peekable() }
    }
}

/// A port that is not known may be any.
fn extend(filed: &mut Vec<u32>, list: &[(u16, u32)], port: Option<u16>) {
    let found = match port {
        None => list,
        Some(port) => {
            let begin = list.partition_point(|(p, _)| *p < port);
            let end = list.partition_point(|(p, _)| *p <= port);
            list.get(begin..end).unwrap_or_default()
        }
    };
    filed.extend(found.iter().map(|(_, number)| *number));
}

/// Two ascending lists as one.
#[derive(Debug)]
pub(super) struct Candidates<'i> {
    any: &'i [u32],
    filed: std::iter::Peekable<std::vec::IntoIter<u32>>,
}

impl Iterator for Candidates<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let Some((first, rest)) = self.any.split_first() else { return self.filed.next() };
        if let Some(filed) = self.filed.next_if(|filed| filed < first) {
            return Some(filed);
        }
        self.any = rest;
        Some(*first)
    }
}

/// Whether a rule changes nothing, whatever it matches.
fn is_idle(rule: &Rule<'_>, matches: &[Match<'_>]) -> bool {
    rule.target == Target::Continue && !matches.iter().any(|m| matches!(m, Match::Recent(_)))
}

/// Whether no TCP packet matches; the list of a module that remembers is written before that is found out.
fn is_impossible(matches: &[Match<'_>]) -> bool {
    for condition in matches {
        match condition {
            Match::Recent(_) => return false,
            Match::Protocol { not, number } if (*number == 6) == *not => return true,
            Match::Never { not: false } => return true,
            _ => {}
        }
    }
    false
}

/// The literal of a kind that all packets have which a rule matches: a length and a first address, or a port.
fn key(kind: Kind, matches: &[Match<'_>]) -> Option<(u8, u128)> {
    // What comes after a module that remembers does not keep it from remembering.
    let before = matches.iter().take_while(|m| !matches!(m, Match::Recent(_)));
    before
        .filter_map(|condition| match (kind, condition) {
            (Kind::Source, Match::Source { not: false, net })
            | (Kind::Destination, Match::Destination { not: false, net }) => {
                let (first, length) = net.prefix()?;
                (length > 0).then_some((length, first))
            }
            (Kind::SourcePort, Match::SourcePort { not: false, from, to })
            | (Kind::DestinationPort, Match::DestinationPort { not: false, from, to }) => {
                (from == to).then_some((16, u128::from(*from)))
            }
            _ => None,
        })
        .next()
}

/// The kinds of literals, the one that tells most of the rules apart first.
fn order(table: &Table<'_>, rules: &[Rule<'_>]) -> Vec<Kind> {
    let step = rules.len().div_ceil(SAMPLE);
    let mut kinds: Vec<_> = KINDS
        .into_iter()
        .map(|kind| {
            let sample = rules.iter().step_by(step);
            let keys: HashSet<_> = sample.filter_map(|r| key(kind, table.matches(r))).collect();
            (keys.len(), kind)
        })
        .collect();
    kinds.sort_by_key(|(distinct, _)| std::cmp::Reverse(*distinct));
    kinds.into_iter().map(|(_, kind)| kind).collect()
}
