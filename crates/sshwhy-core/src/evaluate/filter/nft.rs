//! What the rules of nftables do to a packet (nft(8), Linux `net/netfilter/nf_tables_core.c` and `nft_*.c`).
//!
//! A packet passes every base chain of its hook, over all tables and families, in the order of their priorities; an `accept`
//! ends one base chain, a drop ends it all. Three-valued: what cannot be known forks the walk, and the two ways are one again
//! when they come to the same.
//!
//! Tables of iptables-nft show their matches as `xt`, without parameters. They are left to iptables-save:
//! [`Filter::left_to_iptables`].

mod compile;
mod constant;
mod index;
mod look_up;
mod operand;
mod outcome;
mod rule;
mod value;
mod walk;

use std::net::IpAddr;

use self::compile::BaseChain;
use self::look_up::LookUp;
use self::rule::Chain;
use super::Hook;
use super::Packet;
use super::iptables::Judged;
use super::senders::Senders;
use crate::parse::nft::RuleSet;
use crate::parse::nft::Table;

/// A rule set that is ready to judge packets. Making it costs less than reading the rule set; a judgement then looks only at
/// rules that can match.
#[derive(Debug)]
pub struct Filter<'a> {
    chains: Vec<Chain<'a>>,
    senders: Senders,
    look_ups: Vec<LookUp<'a>>,
    /// In the order in which packets meet them at their hooks.
    base_chains: Vec<BaseChain>,
    skipped: Vec<String>,
    bridges: Vec<String>,
    left_to_iptables: Vec<String>,
    /// Whether a rule writes the mark of connections, so that those of open ones are not known.
    writes_connection_mark: bool,
}

/// What rules may ask besides the packet: the state of the host, as far as it could be read. `None` is *not read*.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct World {
    /// The addresses of this host and the interfaces that bear them.
    pub addresses: Option<Vec<(IpAddr, String)>>,
    /// The way back to the client.
    pub reply: Option<Reply>,
}

/// The way back to the client, as the routing tables say it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reply {
    /// There is none.
    Missing,
    /// By this interface.
    Via(String),
}

impl World {
    /// Whether an address is one of this host's.
    pub fn is_local(&self, address: IpAddr) -> Option<bool> {
        if address.is_loopback() {
            return Some(true);
        }
        self.addresses.as_ref().map(|all| all.iter().any(|(own, _)| *own == address))
    }
}

impl<'a> Filter<'a> {
    /// Makes a rule set ready.
    pub fn new(rule_set: &'a RuleSet) -> Self {
        compile::filter(rule_set, None)
    }

    /// The same, where it is known which base chains another back end judges ([`super::shared`]): all others are judged here,
    /// with what iptables does not show to nft as unknown.
    pub fn beside(
        rule_set: &'a RuleSet,
        is_judged_elsewhere: &dyn Fn(&Table, &crate::parse::nft::Chain) -> bool,
    ) -> Self {
        compile::filter(rule_set, Some(is_judged_elsewhere))
    }

    /// Tables that see only what passes a bridge: they are not judged, and concern only a client that comes in by one.
    pub fn bridges(&self) -> &[String] {
        &self.bridges
    }

    /// What is not judged, in words.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Tables of iptables-nft, which must be judged by what iptables-save shows.
    pub fn left_to_iptables(&self) -> &[String] {
        &self.left_to_iptables
    }

    /// How many rules can concern TCP at all.
    pub fn rule_count(&self) -> usize {
        self.chains.iter().map(|chain| chain.rules.len()).sum()
    }

    /// Whether any chain is asked about packets at all.
    pub fn is_empty(&self) -> bool {
        self.base_chains.is_empty()
    }

    /// What becomes of a packet at a hook. What comes in at [`Hook::Prerouting`] has met [`Hook::Ingress`] before, which
    /// needs no judgement of its own.
    pub fn judge(&self, packet: &Packet, hook: Hook, world: &World) -> Judged {
        walk::judge(self, packet, hook, world, true)
    }

    /// The same, rule after rule without any index: what [`Filter::judge`] is tested against.
    #[cfg(test)]
    fn judge_plainly(&self, packet: &Packet, hook: Hook, world: &World) -> Judged {
        walk::judge(self, packet, hook, world, false)
    }
}

#[cfg(test)]
mod tests;
