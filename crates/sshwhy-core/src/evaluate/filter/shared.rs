//! Tables that iptables keeps in nf_tables: `nft` shows them, and `iptables-save` shows them too, each only a part.
//!
//! nft prints the matches and targets of iptables as `xt`, without parameters. iptables-save leaves out a table that it finds
//! strange; but some rules of nft's own it prints as if a condition were not there (`tcp dport { 80, 443 } drop` as
//! `-p tcp -j DROP`, release 1.8.9). So each base chain is judged by one of the two, the one that can read all of its rules,
//! and a rule that neither can read in whole is never judged by half of it.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::parse::iptables_save::Dump;
use crate::parse::iptables_save::Policy;
use crate::parse::iptables_save::Table as SavedTable;
use crate::parse::nft::Chain;
use crate::parse::nft::Expr;
use crate::parse::nft::Family;
use crate::parse::nft::Match;
use crate::parse::nft::RuleSet;
use crate::parse::nft::Statement;
use crate::parse::nft::Table;
use crate::parse::nft::Verdict;

/// The tables of iptables.
pub const TABLES: [&str; 5] = ["filter", "nat", "mangle", "raw", "security"];

/// Who judges base chains with rules of both kinds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mixed {
    /// iptables-save; the rules that it shows by half are unknown.
    ByIptables,
    /// nft; what it shows without parameters is unknown.
    ByNft,
}

/// Which base chains are judged by what iptables-save printed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Shared<'r> {
    chains: HashSet<(Family, &'r str, &'r str)>,
    hidden: Vec<Hidden<'r>>,
}

/// A rule of nft's own in a chain that only iptables-save can read.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Hidden<'r> {
    table: &'r str,
    chain: &'r str,
    /// From 0.
    number: usize,
    /// As nft prints it.
    text: String,
    /// Whether it ends in an action that iptables-save does not show.
    acts: bool,
}

/// Whether there is a table that iptables-save might show.
pub fn may_be_in(rule_set: &RuleSet, family: Family) -> bool {
    rule_set.tables.iter().any(|table| is_like_iptables(table, family))
}

fn is_like_iptables(table: &Table, family: Family) -> bool {
    table.family == family && TABLES.contains(&&*table.name)
}

impl<'r> Shared<'r> {
    /// Divides the base chains of one family between nft's listing and the dump of the same tables. Some have rules of both
    /// kinds: each side then lacks what the other shows, so that either may come to a verdict where the other cannot.
    pub fn new(rule_set: &'r RuleSet, family: Family, dump: &Dump<'_>, mixed: Mixed) -> Self {
        let mut shared = Self::default();
        for table in rule_set.tables.iter().filter(|table| is_like_iptables(table, family)) {
            let saved = dump.tables.iter().find(|saved| *saved.name == *table.name);
            if let Some(saved) = saved {
                shared.add_table(table, saved, mixed);
            }
        }
        shared
    }

    /// Whether a base chain has rules of both kinds.
    pub fn has_mixed(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether a base chain is judged by iptables-save, so that nft's listing of it is to be left out.
    pub fn is_of_iptables(&self, table: &Table, chain: &Chain) -> bool {
        self.chains.contains(&(table.family, &*table.name, &*chain.name))
    }

    /// Leaves in a dump only what is to be judged by it, and takes the conditions from the rules that it shows by half.
    pub fn prune<'a>(&'a self, family: Family, dump: &mut Dump<'a>) {
        for table in &mut dump.tables {
            for chain in table.chains.iter_mut().filter(|chain| chain.policy.is_some()) {
                if !self.chains.contains(&(family, table.name, chain.name)) {
                    chain.rules.clear();
                    chain.policy = Some(Policy::Accept);
                }
            }
            let name = table.name;
            for hidden in self.hidden.iter().filter(|hidden| hidden.table == name) {
                table.obscure(hidden.chain, hidden.number, &hidden.text, hidden.acts);
            }
        }
    }

    fn add_table(&mut self, table: &'r Table, saved: &SavedTable<'_>, mixed: Mixed) {
        for base in table.chains.iter().filter(|chain| chain.base.is_some()) {
            let reached = reached(table, base);
            let is_saved = reached.iter().all(|chain| is_saved(saved, chain));
            let rules = || reached.iter().flat_map(|chain| &chain.rules);
            let statements = || rules().flat_map(|rule| &rule.statements);
            let has_xt = statements().any(|s| matches!(s, Statement::Xt(_)));
            let has_native = statements().any(|s| !is_of_iptables(s));
            if !is_saved || has_native && (!has_xt || mixed == Mixed::ByNft) {
                continue;
            }
            self.chains.insert((table.family, &table.name, &base.name));
            for chain in reached {
                self.hide(table, chain);
            }
        }
    }

    fn hide(&mut self, table: &'r Table, chain: &'r Chain) {
        for (number, rule) in chain.rules.iter().enumerate() {
            if rule.statements.iter().all(is_of_iptables) {
                continue;
            }
            let acts = |s: &Statement| !is_of_iptables(s) && !matches!(s, Statement::Match(_));
            let acts = rule.statements.iter().any(acts);
            let (table, chain, text) = (&*table.name, &*chain.name, rule.to_string());
            self.hidden.push(Hidden { table, chain, number, text, acts });
        }
    }
}

/// Whether the dump has the chain, with as many rules. A race between both listings is then no more likely than between a
/// listing and the next packet.
fn is_saved(saved: &SavedTable<'_>, chain: &Chain) -> bool {
    let same = |saved: &&crate::parse::iptables_save::Chain<'_>| {
        *saved.name == *chain.name && saved.policy.is_some() == chain.base.is_some()
    };
    saved.chains.iter().find(same).is_some_and(|saved| saved.rules.len() == chain.rules.len())
}

/// A chain and all that it leads to.
fn reached<'t>(table: &'t Table, base: &'t Chain) -> Vec<&'t Chain> {
    let by_name: HashMap<_, _> = table.chains.iter().map(|chain| (&*chain.name, chain)).collect();
    let mut seen = HashSet::from([&*base.name]);
    let mut all = vec![base];
    let mut next = 0;
    while let Some(chain) = all.get(next).copied() {
        next += 1;
        for name in chain.rules.iter().flat_map(|rule| &rule.statements).flat_map(targets) {
            if let Some(chain) = by_name.get(name)
                && seen.insert(name)
            {
                all.push(chain);
            }
        }
    }
    all
}

/// The chains that a statement may lead to.
fn targets<'s>(statement: &'s Statement) -> Vec<&'s str> {
    let of = |verdict: &'s Verdict| match verdict {
        Verdict::Jump(name) | Verdict::Goto(name) => Some(&**name),
        _ => None,
    };
    match statement {
        Statement::Verdict(verdict) => of(verdict).into_iter().collect(),
        Statement::VerdictMap(map) => match &map.1 {
            Expr::Set(elements) => {
                let values = elements.iter().filter_map(|element| element.value.as_deref());
                let verdict = |value: &'s Expr| match value {
                    Expr::Verdict(verdict) => of(verdict),
                    _ => None,
                };
                values.filter_map(verdict).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether iptables makes such statements, and shows them in whole.
fn is_of_iptables(statement: &Statement) -> bool {
    match statement {
        Statement::Match(test) => is_plain(test),
        Statement::Verdict(_) | Statement::Counter(_) | Statement::Xt(_) => true,
        Statement::Limit(limit) => {
            limit.as_ref().as_ref().is_ok_and(|limit| !limit.over && limit.unit.is_none())
        }
        Statement::Mangle(mangle) => {
            matches!(&mangle.0, Expr::Meta(key) if matches!(&**key, "mark" | "nftrace"))
        }
        Statement::Other(other) => &*other.0 == "log",
        _ => false,
    }
}

/// A field, perhaps with a mask, that is compared with one value, a network or a range.
fn is_plain(test: &Match) -> bool {
    let of_packet = |expr: &Expr| match expr {
        Expr::Payload(_) => true,
        Expr::Meta(key) => {
            matches!(&**key, "iifname" | "oifname" | "iif" | "oif" | "l4proto" | "mark")
        }
        _ => false,
    };
    let is_masked = |expr: &Expr| matches!(expr, Expr::Binary(_, parts) if parts.first().is_some_and(of_packet));
    // A list of flags is written where their bits are compared.
    let is_flags = matches!(test.right, Expr::List(_))
        && (is_masked(&test.left) || matches!(&*test.op, "!" | "=="));
    let is_value = matches!(
        test.right,
        Expr::Number(_)
            | Expr::Address(_)
            | Expr::Prefix(..)
            | Expr::Text(_)
            | Expr::Range(_)
            | Expr::Binary(..)
    );
    (of_packet(&test.left) || is_masked(&test.left)) && (is_value || is_flags)
}

#[cfg(test)]
mod tests;
