//! What `iptables-save`, `ip6tables-save` and their legacy twins print (iptables-save(8)), also with counters (`-c`), also
//! from long ago (`-s ! X`), also damaged: a line that makes no sense is listed with its number and does not hide others.
//!
//! Borrows from the text: a rule costs about as much memory as its line.
//!
//! Must never guess: an option that is not known becomes a condition that cannot be judged.

use std::collections::HashMap;

pub mod kind;
pub mod net;

mod modules;
mod options;
mod rule;
mod target;
mod words;

pub use kind::Match;
pub use kind::Target;

/// A whole output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dump<'a> {
    /// The tables in the order of the text.
    pub tables: Vec<Table<'a>>,
    /// What was not understood, by line.
    pub problems: Vec<Problem>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table<'a> {
    /// `filter`, `nat`, …
    pub name: &'a str,
    /// Its chains in the order of the text.
    pub chains: Vec<Chain<'a>>,
    /// Whether its end (`COMMIT`) was there: without it the text was cut off.
    pub complete: bool,
    matches: Vec<Match<'a>>,
}

/// A chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain<'a> {
    /// Its name.
    pub name: &'a str,
    /// What happens at its end; `None` for a chain that people made: it returns.
    pub policy: Option<Policy>,
    /// The line that declares it, from 1; 0 when none does.
    pub line: u32,
    /// Its rules in order.
    pub rules: Vec<Rule<'a>>,
}

/// What a built-in chain does at its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Policy {
    /// `ACCEPT`.
    Accept,
    /// `DROP`.
    Drop,
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule<'a> {
    /// What it does.
    pub target: Target<'a>,
    /// Its line, from 1.
    pub line: u32,
    first: u32,
    count: u16,
    raw: &'a str,
}

/// Something that was not understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// What is the matter, in words.
    pub what: &'static str,
}

impl<'a> Table<'a> {
    /// The conditions of a rule of this table.
    pub fn matches(&self, rule: &Rule<'a>) -> &[Match<'a>] {
        let first = rule.first as usize;
        self.matches.get(first..first + usize::from(rule.count)).unwrap_or_default()
    }

    /// Makes the conditions of a rule ones that cannot be judged, and also what it does when `acts`: for a rule, counted from
    /// 0, that the dump is known to show only in part. `text` is what it really is.
    pub fn obscure(&mut self, chain: &str, number: usize, text: &'a str, acts: bool) {
        let chain = self.chains.iter_mut().find(|own| own.name == chain);
        let rule = chain.and_then(|chain| chain.rules.get_mut(number));
        if let (Some(rule), Ok(first)) = (rule, u32::try_from(self.matches.len())) {
            self.matches.push(Match::Unknown { text });
            (rule.first, rule.count, rule.raw) = (first, 1, text);
            if acts {
                rule.target = Target::Jump(text);
            }
        }
    }
}

impl<'a> Rule<'a> {
    /// The rule as it stands in the text, from `-A` on.
    pub fn text(&self) -> &'a str {
        counters(self.raw).map_or(self.raw, |(_, rest)| rest)
    }

    /// How many packets it has met, when the text says so.
    pub fn packets(&self) -> Option<u64> {
        counters(self.raw).map(|((packets, _), _)| packets)
    }
}

/// Reads a dump. Takes time and memory in proportion to the text.
pub fn parse_iptables_save(text: &str) -> Dump<'_> {
    let mut reader = Reader::default();
    for (number, line) in (1u32..).zip(text.lines()) {
        reader.line(number, line.trim());
    }
    reader.finish()
}

/// `[packets:bytes]` at the beginning of a line, and what follows it.
fn counters(line: &str) -> Option<((u64, u64), &str)> {
    let (counters, rest) = line.strip_prefix('[')?.split_once(']')?;
    let (packets, bytes) = counters.split_once(':')?;
    Some(((packets.parse().ok()?, bytes.parse().ok()?), rest.trim_start()))
}

#[derive(Default)]
struct Reader<'a> {
    dump: Dump<'a>,
    table: Option<Table<'a>>,
    chains: HashMap<&'a str, usize>,
    last: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self, number: u32, line: &'a str) {
        match line.as_bytes().first() {
            None | Some(b'#') => {}
            Some(b'*') => self.begin(line.get(1..).unwrap_or_default().trim()),
            Some(b':') => self.declare(number, line.get(1..).unwrap_or_default()),
            Some(b'[' | b'-') => self.rule(number, line),
            _ if line == "COMMIT" => self.commit(number),
            _ => self.problem(number, "this line is neither a table, a chain nor a rule"),
        }
    }

    fn begin(&mut self, name: &'a str) {
        self.close();
        self.table = Some(Table { name, ..Table::default() });
    }

    fn commit(&mut self, number: u32) {
        match &mut self.table {
            Some(table) => table.complete = true,
            None => self.problem(number, "COMMIT without a table"),
        }
        self.close();
    }

    fn close(&mut self) {
        self.chains.clear();
        self.last = 0;
        if let Some(mut table) = self.table.take() {
            table.matches.shrink_to_fit();
            for chain in &mut table.chains {
                chain.rules.shrink_to_fit();
            }
            // iptables-restore empties a table before it fills it: the last one is what counts.
            self.dump.tables.retain(|t| t.name != table.name);
            self.dump.tables.push(table);
        }
    }

    fn declare(&mut self, number: u32, line: &'a str) {
        let mut words = line.split_ascii_whitespace();
        let (Some(name), policy) = (words.next(), words.next()) else {
            return self.problem(number, "a chain without a name");
        };
        let policy = match policy {
            Some("ACCEPT") => Some(Policy::Accept),
            Some("DROP") => Some(Policy::Drop),
            Some("-") => None,
            _ => return self.problem(number, "a policy that is neither ACCEPT nor DROP"),
        };
        self.set_policy(number, name, policy);
    }

    fn set_policy(&mut self, number: u32, name: &'a str, policy: Option<Policy>) {
        let index = self.chain(name);
        if let Some(chain) = self.table_mut().chains.get_mut(index) {
            chain.policy = policy;
            chain.line = number;
        }
    }

    fn rule(&mut self, number: u32, line: &'a str) {
        let rest = counters(line).map_or(line, |(_, rest)| rest);
        let mut words = rest.split_ascii_whitespace();
        let name = match (words.next(), words.next()) {
            (Some("-A" | "--append" | "-I" | "--insert"), Some(name)) => name,
            (Some("-N" | "--new-chain"), Some(name)) => return self.set_policy(number, name, None),
            (Some("-P" | "--policy"), Some(name)) => match words.next() {
                Some("ACCEPT") => return self.set_policy(number, name, Some(Policy::Accept)),
                Some("DROP") => return self.set_policy(number, name, Some(Policy::Drop)),
                _ => return self.problem(number, "a policy that is neither ACCEPT nor DROP"),
            },
            _ => return self.problem(number, "not a rule that is added to a chain (-A)"),
        };
        let declared = self.chains.len();
        let index = self.chain(name);
        if self.chains.len() > declared {
            self.problem(number, "a rule of a chain that is not declared");
        }
        let table = self.table_mut();
        let first = table.matches.len();
        let parsed = rule::parse(rest, &mut table.matches);
        let count = u16::try_from(table.matches.len() - first);
        let (Ok(first), Ok(count)) = (u32::try_from(first), count) else {
            return self.problem(number, "more conditions than a rule can have");
        };
        let rule = Rule { target: parsed.target, line: number, first, count, raw: line };
        if let Some(chain) = table.chains.get_mut(index) {
            chain.rules.push(rule);
        }
        if let Some(what) = parsed.problem {
            self.problem(number, what);
        }
    }

    /// The number of the chain of this name, made when there is none.
    fn chain(&mut self, name: &'a str) -> usize {
        let last = self.last;
        if self.table_mut().chains.get(last).is_some_and(|chain| chain.name == name) {
            return last;
        }
        let next = self.chains.len();
        let index = *self.chains.entry(name).or_insert(next);
        if index == next {
            self.table_mut().chains.push(Chain { name, ..Chain::default() });
        }
        self.last = index;
        index
    }

    /// The table that is open. What `iptables -S` prints has no tables: it is of `filter`.
    fn table_mut(&mut self) -> &mut Table<'a> {
        self.table.get_or_insert_with(|| Table { name: "filter", ..Table::default() })
    }

    fn problem(&mut self, line: u32, what: &'static str) {
        self.dump.problems.push(Problem { line, what });
    }

    fn finish(mut self) -> Dump<'a> {
        self.close();
        self.dump.tables.shrink_to_fit();
        self.dump
    }
}

#[cfg(test)]
mod tests;
