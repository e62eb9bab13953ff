//! From the rule set as nft prints it to the form in which it is judged.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::HashSet;

use super::Filter;
use super::constant::Kind;
use super::constant::interval;
use super::constant::scalar;
use super::index::Index;
use super::look_up::Content;
use super::look_up::Found;
use super::look_up::Intervals;
use super::look_up::LookUp;
use super::look_up::Tuples;
use super::rule::Chain;
use super::rule::Step;
use super::value::Value;
use crate::evaluate::filter::Hook;
use crate::evaluate::filter::senders;
use crate::evaluate::filter::senders::Senders;
use crate::parse::nft;
use crate::parse::nft::Element;
use crate::parse::nft::Expr;
use crate::parse::nft::Family;
use crate::parse::nft::RuleSet;
use crate::parse::nft::Statement;

mod condition;
mod step;

/// More chains at one hook are left out: the kernel takes 1024, and a sound rule set has a dozen.
const MAX_BASE_CHAINS: usize = 256;

/// A chain that packets enter by themselves.
#[derive(Debug)]
pub(super) struct BaseChain {
    pub(super) chain: usize,
    pub(super) hook: Hook,
    /// That of the kernel's hook: chains that translate addresses have one for all.
    pub(super) priority: i32,
    /// Its own.
    declared: i32,
    family: Family,
    pub(super) is_nat: bool,
    /// Whether it is for certain devices.
    pub(super) is_bound: bool,
    pub(super) devices: Vec<Box<str>>,
    pub(super) drops: bool,
}

impl BaseChain {
    fn new(chain: usize, family: Family, base: &nft::Base) -> Option<Self> {
        let (hook, is_bound) = match &*base.hook {
            "ingress" => (Hook::Ingress, true),
            "prerouting" => (Hook::Prerouting, false),
            "input" => (Hook::Input, false),
            "forward" => (Hook::Forward, false),
            "output" => (Hook::Output, false),
            "postrouting" => (Hook::Postrouting, false),
            "egress" => (Hook::Postrouting, true),
            _ => return None,
        };
        let is_nat = &*base.kind == "nat";
        let priority = match hook {
            // `NF_IP_PRI_NAT_DST` and `NF_IP_PRI_NAT_SRC`: one hook asks all chains of the kind.
            Hook::Prerouting | Hook::Output if is_nat => -100,
            Hook::Input | Hook::Postrouting if is_nat => 100,
            // What leaves by a device has left all other chains.
            _ if &*base.hook == "egress" => i32::MAX,
            _ => base.priority,
        };
        Some(Self {
            chain,
            hook,
            priority,
            declared: base.priority,
            family,
            is_nat,
            is_bound,
            devices: base.devices.clone(),
            drops: base.drops,
        })
    }

    pub(super) fn is_for_family(&self, is_v6: bool) -> bool {
        match self.family {
            Family::Ip => !is_v6,
            Family::Ip6 => is_v6,
            Family::Inet | Family::Netdev => true,
            Family::Arp | Family::Bridge => false,
        }
    }

    /// The priority among all that a packet meets, as judgements name it.
    pub(super) fn rank(&self) -> i32 {
        if self.hook == Hook::Ingress { i32::MIN } else { self.priority }
    }
}

impl Filter<'_> {
    pub(super) fn find(&self, table: usize, values: &[Value]) -> Found {
        self.look_ups.get(table).map_or(Found::No, |look_up| look_up.find(values))
    }

    /// What a map has in an element.
    pub(super) fn value(&self, table: usize, element: u32) -> Option<&Expr> {
        self.look_ups.get(table)?.elements.get(element as usize)?.value.as_deref()
    }

    pub(super) fn is_filled_by_rules(&self, table: usize) -> bool {
        self.look_ups.get(table).is_some_and(|look_up| look_up.is_filled_by_rules)
    }
}

/// A part of a map's value: the address or the port of a pair.
pub(super) fn part_of(value: &Expr, number: usize, is_address: bool) -> Option<u128> {
    let part = match value {
        Expr::Concat(parts) => parts.get(number)?,
        single => single,
    };
    match (part, is_address) {
        (Expr::Address(address), true) => {
            let kind = if address.is_ipv4() { Kind::Ip4 } else { Kind::Ip6 };
            scalar(part, kind)
        }
        (_, true) => None,
        (part, false) => scalar(part, Kind::Number),
    }
}

/// Says of a base chain whether another back end judges it.
type IsElsewhere<'f> = &'f dyn Fn(&nft::Table, &nft::Chain) -> bool;

/// Makes a rule set ready. Without `is_elsewhere`, tables that hold a rule of iptables are left out.
pub(super) fn filter<'a>(
    rule_set: &'a RuleSet,
    is_elsewhere: Option<IsElsewhere<'_>>,
) -> Filter<'a> {
    let mut compiler = Compiler::new(rule_set, is_elsewhere.is_some());
    let mut base_chains = Vec::new();
    let mut senders = senders::Builder::default();
    for (id, (table, chain)) in compiler.sources.clone().into_iter().enumerate() {
        let source = compiler.filter.chains.get(id).map(|own| own.source);
        let base = source.and_then(|source| source.base.as_ref());
        let Some(owner) = rule_set.tables.get(table) else { continue };
        let is_here = |own: &&nft::Chain| !is_elsewhere.is_some_and(|is| is(owner, own));
        let base = base.filter(|_| source.as_ref().is_some_and(is_here));
        base_chains.extend(base.and_then(|base| BaseChain::new(id, owner.family, base)));
        let rules: Vec<_> = owner
            .chains
            .get(chain)
            .map_or(&[][..], |chain| &chain.rules)
            .iter()
            .filter_map(|rule| compiler.rule(table, rule))
            .collect();
        if let Some(slot) = compiler.filter.chains.get_mut(id) {
            let number = u32::try_from(id).unwrap_or(u32::MAX);
            slot.index = Index::new(number, &rules, &mut senders);
            slot.rules = rules;
        }
    }
    let mut filter = compiler.filter;
    filter.senders = senders.build();
    // Of several with the same priority, the kernel asks the one first that was added last.
    base_chains.sort_by_key(|base| (base.hook, base.priority, base.declared, Reverse(base.chain)));
    let all = base_chains.len();
    let mut count = HashMap::new();
    base_chains.retain(|base| {
        let count = count.entry(base.hook).or_insert(0);
        *count += 1;
        *count <= MAX_BASE_CHAINS
    });
    if base_chains.len() < all {
        filter.skipped.push(format!("{} of {all} base chains", all - base_chains.len()));
    }
    filter.base_chains = base_chains;
    filter
}

struct Compiler<'a> {
    rule_set: &'a RuleSet,
    filter: Filter<'a>,
    /// Where each chain stands: the table and the chain in it.
    sources: Vec<(usize, usize)>,
    /// The numbers of chains by table and name.
    chains: HashMap<(usize, &'a str), usize>,
    /// The numbers of sets by table, name and the kinds of their values.
    look_ups: HashMap<(usize, &'a str, Vec<Kind>), usize>,
    sets: HashMap<(usize, &'a str), &'a [Element]>,
    /// The sets that rules put elements into.
    filled: HashSet<(usize, &'a str)>,
}

impl<'a> Compiler<'a> {
    fn new(rule_set: &'a RuleSet, takes_all: bool) -> Self {
        let filter = Filter {
            senders: Senders::default(),
            chains: Vec::new(),
            look_ups: Vec::new(),
            base_chains: Vec::new(),
            skipped: Vec::new(),
            bridges: Vec::new(),
            left_to_iptables: Vec::new(),
            writes_connection_mark: false,
        };
        let mut compiler = Self {
            rule_set,
            filter,
            sources: Vec::new(),
            chains: HashMap::new(),
            look_ups: HashMap::new(),
            sets: HashMap::new(),
            filled: HashSet::new(),
        };
        for (number, table) in rule_set.tables.iter().enumerate() {
            compiler.add_table(number, table, takes_all);
        }
        compiler
    }

    fn add_table(&mut self, number: usize, table: &'a nft::Table, takes_all: bool) {
        let name = format!("nft table {} {}", table.family, table.name);
        let has_base = table.chains.iter().any(|chain| chain.base.is_some());
        if matches!(table.family, Family::Arp | Family::Bridge) {
            if table.family == Family::Bridge && has_base {
                self.filter.bridges.push(name);
            }
            return;
        }
        let rules = || table.chains.iter().flat_map(|chain| &chain.rules);
        let statements = || rules().flat_map(|rule| &rule.statements);
        // Whoever writes marks with iptables writes those that nft reads.
        self.filter.writes_connection_mark |= statements().any(|statement| match statement {
            Statement::Mangle(mangle) => matches!(&mangle.0, Expr::Ct(ct) if &*ct.0 == "mark"),
            Statement::Xt(name) => &**name == "CONNMARK",
            _ => false,
        });
        if !takes_all && statements().any(|statement| matches!(statement, Statement::Xt(_))) {
            self.filter.left_to_iptables.push(name);
            return;
        }
        for statement in statements() {
            if let Statement::Update(update) = statement {
                self.filled.insert((number, &update.set));
            }
        }
        for set in &table.sets {
            self.sets.insert((number, &set.name), &set.elements);
        }
        for (index, chain) in table.chains.iter().enumerate() {
            self.chains.insert((number, &chain.name), self.sources.len());
            self.sources.push((number, index));
            let (rules, index) = (Vec::new(), Index::default());
            self.filter.chains.push(Chain { table, source: chain, rules, index });
        }
    }

    /// The number of a set or map with a name, for keys of these kinds.
    fn named(&mut self, table: usize, name: &'a str, kinds: &[Kind]) -> usize {
        let key = (table, name, kinds.to_vec());
        if let Some(number) = self.look_ups.get(&key) {
            return *number;
        }
        let elements = self.sets.get(&(table, name)).copied();
        let is_missing = elements.is_none();
        let number = self.add(elements.unwrap_or_default(), kinds);
        if let Some(look_up) = self.filter.look_ups.get_mut(number) {
            look_up.is_incomplete |= is_missing;
            look_up.is_filled_by_rules = self.filled.contains(&(table, name));
        }
        self.look_ups.insert(key, number);
        number
    }

    /// The number of a set or map that is written in a rule or by its name.
    fn table(&mut self, table: usize, expr: &'a Expr, kinds: &[Kind]) -> usize {
        match expr {
            Expr::Named(name) => self.named(table, name, kinds),
            Expr::Set(elements) => self.add(elements, kinds),
            _ => self.incomplete(),
        }
    }

    fn add(&mut self, elements: &'a [Element], kinds: &[Kind]) -> usize {
        let keys = elements.iter().map(|element| &element.key);
        let catch_all =
            keys.clone().position(|key| matches!(key, Expr::Text(text) if &**text == "*"));
        let catch_all = catch_all.and_then(|position| u32::try_from(position).ok());
        let numbered = keys.zip(0_u32..).filter(|(_, number)| Some(*number) != catch_all);
        let mut is_incomplete = false;
        let content = match kinds {
            [kind] => Content::Single(Intervals::new(
                numbered
                    .filter_map(|(key, number)| {
                        let ends = interval(key, *kind);
                        is_incomplete |= ends.is_none();
                        ends.map(|(low, high)| (low, high, number))
                    })
                    .collect(),
            )),
            _ => Content::Several(Tuples::new(
                numbered
                    .filter_map(|(key, number)| {
                        let parts = tuple(key, kinds);
                        is_incomplete |= parts.is_none();
                        parts.map(|parts| (parts, number))
                    })
                    .collect(),
            )),
        };
        let look_up =
            LookUp { elements, content, catch_all, is_incomplete, is_filled_by_rules: false };
        self.filter.look_ups.push(look_up);
        self.filter.look_ups.len() - 1
    }

    /// The number of a set of which nothing is known.
    fn incomplete(&mut self) -> usize {
        let number = self.add(&[], &[Kind::Opaque]);
        if let Some(look_up) = self.filter.look_ups.get_mut(number) {
            look_up.is_incomplete = true;
        }
        number
    }

    /// A rule; `None` when no TCP packet can match it.
    fn rule(&mut self, table: usize, rule: &'a nft::Rule) -> Option<super::rule::Rule<'a>> {
        let mut steps = Vec::with_capacity(rule.statements.len());
        for statement in &rule.statements {
            self.statement(table, statement, &mut steps)?;
        }
        // Without an action, a rule does nothing that matters here.
        let acts = |step: &Step| !matches!(step, Step::If(_) | Step::Unknown(_) | Step::Counts(_));
        steps
            .iter()
            .any(acts)
            .then(|| super::rule::Rule { source: rule, steps: steps.into_boxed_slice() })
    }
}

/// The parts of a key of several values.
fn tuple(key: &Expr, kinds: &[Kind]) -> Option<Box<[(u128, u128)]>> {
    let Expr::Concat(parts) = key else { return None };
    if parts.len() != kinds.len() {
        return None;
    }
    parts.iter().zip(kinds).map(|(part, kind)| interval(part, *kind)).collect()
}
