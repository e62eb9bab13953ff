//! What the tables of iptables do to a packet (Linux `net/ipv4/netfilter/ip_tables.c`, `net/netfilter/xt_*.c`; iptables(8),
//! iptables-extensions(8)). The same for ip6tables and for both back ends.
//!
//! Three-valued: a condition that cannot be known makes a verdict unknown only where it makes a difference.

use std::collections::HashMap;

use self::index::Index;
use super::Action;
use super::CtState;
use super::Hook;
use super::Packet;
use super::RuleRef;
use super::Stop;
use super::Unknown;
use super::Verdict;
use super::senders;
use super::senders::Senders;
use crate::parse::iptables_save::Dump;
use crate::parse::iptables_save::Policy;
use crate::parse::iptables_save::Table;

mod index;
mod limits;
mod matching;
pub mod sets;
mod tables;
mod tri;
mod walk;
pub mod world;

use self::tri::Tri;
use self::world::World;

/// A dump that is ready to judge packets. Making it costs about as much as reading the dump; a judgement then looks only at
/// rules that can match.
#[derive(Debug)]
pub struct RuleSet<'a> {
    tool: &'static str,
    is_ipv6: bool,
    tables: Vec<Ready<'a>>,
    /// Whether a rule writes the mark of connections, so that those of open ones are not known.
    writes_connection_mark: bool,
    /// Whether a rule asks for marks at all.
    asks_for_mark: bool,
}

#[derive(Debug)]
struct Ready<'a> {
    kind: Kind,
    table: Table<'a>,
    indexes: Vec<Index>,
    senders: Senders,
    chains: HashMap<&'a str, u32>,
}

/// The tables, in the order in which a packet meets them at a hook.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Raw,
    Mangle,
    Nat,
    Filter,
    Security,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "raw" => Self::Raw,
            "mangle" => Self::Mangle,
            "nat" => Self::Nat,
            "filter" => Self::Filter,
            "security" => Self::Security,
            _ => return None,
        })
    }

    /// The priority of its chain at a hook (`enum nf_ip_hook_priorities`).
    fn priority(self, hook: Hook) -> i32 {
        match self {
            Self::Raw => -300,
            Self::Mangle => -150,
            Self::Nat if matches!(hook, Hook::Prerouting | Hook::Output) => -100,
            Self::Nat => 100,
            Self::Filter => 0,
            Self::Security => 50,
        }
    }
}

/// A judgement.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What becomes of the packet at this hook.
    pub verdict: Verdict,
    /// The packet as it leaves the hook: marked, not tracked, with another receiver.
    pub packet: Packet,
    /// The rules and policies that accepted or changed it, in order; empty policies of tables that hold no rule are left out.
    pub trail: Vec<RuleRef>,
    /// The priority of the chain that stopped it, lower is earlier; 0 when none did.
    pub priority: i32,
}

impl Judged {
    /// A packet that nothing looked at.
    pub fn untouched(packet: &Packet) -> Self {
        Self { verdict: Verdict::Pass, packet: packet.clone(), trail: Vec::new(), priority: 0 }
    }
}

impl<'a> RuleSet<'a> {
    /// Makes a dump ready. `tool` is the program that printed it, `iptables` or `ip6tables-legacy`.
    pub fn new(tool: &'static str, dump: Dump<'a>) -> Self {
        let mut tables: Vec<_> = dump.tables.into_iter().filter_map(Ready::new).collect();
        tables.sort_by_key(|ready| ready.kind);
        let all =
            || tables.iter().flat_map(|ready| ready.table.chains.iter().map(move |c| (ready, c)));
        let targets = |wanted: fn(&walk::Target<'_>) -> bool| {
            all().any(|(_, chain)| chain.rules.iter().any(|rule| wanted(&rule.target)))
        };
        let writes_connection_mark = targets(|target| {
            matches!(target, walk::Target::ConnectionMark { .. } | walk::Target::SaveMark)
        });
        let asks_for_mark = all().any(|(ready, chain)| {
            let asks = |m: &matching::Match<'_>| {
                matches!(m, matching::Match::Mark { .. } | matching::Match::ConnectionMark { .. })
            };
            chain.rules.iter().any(|rule| ready.table.matches(rule).iter().any(asks))
        });
        let is_ipv6 = tool.starts_with("ip6");
        Self { tool, is_ipv6, tables, writes_connection_mark, asks_for_mark }
    }

    /// Whether any rule asks for a mark: then it matters who else sets marks.
    pub fn asks_for_mark(&self) -> bool {
        self.asks_for_mark
    }

    /// Whether it holds no rule and no policy that could stop anything.
    pub fn is_empty(&self) -> bool {
        self.tables
            .iter()
            .flat_map(|ready| &ready.table.chains)
            .all(|chain| chain.rules.is_empty() && chain.policy != Some(Policy::Drop))
    }

    /// How many rules it has.
    pub fn rules(&self) -> usize {
        self.tables.iter().flat_map(|ready| &ready.table.chains).map(|c| c.rules.len()).sum()
    }

    /// What its tables do to a packet at a hook.
    pub fn judge(&self, packet: &Packet, hook: Hook, world: &World) -> Judged {
        self.judge_by(packet, hook, world, false)
    }

    /// The same; with `plain` every rule of a chain is walked.
    fn judge_by(&self, packet: &Packet, hook: Hook, world: &World, plain: bool) -> Judged {
        if packet.source.is_ipv6() != self.is_ipv6 || hook == Hook::Ingress {
            return Judged::untouched(packet);
        }
        tables::judge(self, packet, hook, world, plain)
    }

    fn rule_ref(&self, id: RuleId) -> RuleRef {
        let Some(ready) = self.tables.iter().find(|ready| ready.kind == id.table) else {
            return RuleRef::default();
        };
        let Some(chain) = ready.table.chains.get(id.chain as usize) else {
            return RuleRef::default();
        };
        let rule = id.rule.and_then(|number| chain.rules.get(number as usize));
        let policy = if chain.policy == Some(Policy::Drop) { "drop" } else { "accept" };
        RuleRef {
            tool: self.tool,
            table: ready.table.name.to_owned(),
            chain: chain.name.to_owned(),
            number: id.rule.map(|number| u64::from(number) + 1),
            text: rule.map_or_else(|| format!("policy {policy}"), |rule| rule.text().to_owned()),
            packets: rule.and_then(|rule| rule.packets()),
        }
    }
}

impl<'a> Ready<'a> {
    fn new(table: Table<'a>) -> Option<Self> {
        let kind = Kind::named(table.name)?;
        let mut senders = senders::Builder::default();
        let indexes = (0u32..)
            .zip(&table.chains)
            .map(|(i, chain)| Index::new(&table, i, &chain.rules, &mut senders))
            .collect();
        let chains = (0u32..).zip(&table.chains).map(|(i, chain)| (chain.name, i)).collect();
        Some(Self { kind, indexes, senders: senders.build(), chains, table })
    }
}

/// A rule, or a chain's policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct RuleId {
    table: Kind,
    chain: u32,
    /// From 0; `None` for the policy.
    rule: Option<u32>,
}

#[cfg(test)]
mod tests;
