//! `nft -a list ruleset`: the rules that drop or reject, and a walk along the simple ones.

use super::Stop;
use super::packet;
use super::packet::Packet;
use super::packet::words;

/// Chains that call each other are followed no deeper than nft itself allows.
const MAX_DEPTH: u32 = 16;

/// A chain with its rules.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// Family and name of its table: `inet filter`.
    table: String,
    name: String,
    /// `output`, `input`, …; empty for a chain that is only jumped to.
    hook: String,
    /// Whether what comes to the end of it is dropped.
    drops: bool,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    text: String,
    words: Vec<String>,
}

/// What becomes of a packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// No rule stops it.
    Passes,
    /// This rule or policy stops it.
    Stops(String),
    /// A rule beyond us could decide.
    Unknown,
}

/// Reads a rule set, without the tables of that family and name.
pub(super) fn parse(text: &str, without: &[String]) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut table = String::new();
    // What each open brace belongs to.
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines() {
        let words = words(line);
        let strings: Vec<&str> = words.iter().map(String::as_str).collect();
        match (open.as_slice(), strings.as_slice()) {
            ([], ["table", family, name, "{", ..]) => {
                table = format!("{family} {name}");
                open.push("table");
            }
            (["table"], ["chain", name, "{", ..]) => {
                let (table, name) = (table.clone(), (*name).to_owned());
                chains.push(Chain { table, name, ..Chain::default() });
                open.push("chain");
            }
            (["table"], [.., "{"] | [_, _, "{", ..]) => open.push("other"),
            (_, ["}"]) => {
                open.pop();
            }
            (["table", "chain"], _) => {
                if let Some(chain) = chains.last_mut() {
                    chain.take(line.trim(), words);
                }
            }
            _ => {}
        }
    }
    chains.retain(|chain| !without.contains(&chain.table));
    chains
}

impl Chain {
    fn take(&mut self, text: &str, mut words: Vec<String>) {
        if words.first().is_some_and(|w| w == "type") {
            let hook = words.iter().position(|w| w == "hook").and_then(|i| words.get(i + 1));
            self.hook = hook.cloned().unwrap_or_default();
            self.drops = text.contains("policy drop");
            return;
        }
        if let Some(at) = words.iter().position(|w| w == "#") {
            words.truncate(at);
        }
        if !words.is_empty() {
            self.rules.push(Rule { text: text.to_owned(), words });
        }
    }

    /// Whether its table is of one of those families.
    pub(super) fn is_of(&self, families: &[&str]) -> bool {
        self.table.split(' ').next().is_some_and(|f| families.contains(&f))
    }

    fn place(&self, text: &str) -> String {
        format!("{} {}: {text}", self.table, self.name)
    }
}

impl Rule {
    /// `counter packets N bytes M`.
    fn packets(&self) -> Option<u64> {
        let at = self.words.iter().position(|w| w == "packets")?;
        self.words.get(at + 1)?.parse().ok()
    }

    fn names(&self, words: &[&str]) -> bool {
        self.words.iter().any(|w| words.contains(&w.trim_end_matches(',')))
    }
}

/// The rules that could have stopped one of the packets, whichever chain they are in.
pub(super) fn stops(chains: &[Chain], out: &Packet, reply: &Packet) -> Vec<Stop> {
    let mut stops = Vec::new();
    for (hooks, packet) in
        [(["output", "postrouting", "egress"], out), (["prerouting", "input", "ingress"], reply)]
    {
        for chain in reached(chains, &hooks) {
            let on_way = |rule: &&Rule| {
                rule.names(&["drop", "reject"]) && fits(&rule.words, packet).0 != Some(false)
            };
            stops.extend(
                chain
                    .rules
                    .iter()
                    .filter(on_way)
                    .map(|rule| Stop { at: chain.place(&rule.text), packets: rule.packets() }),
            );
            if chain.drops {
                stops.push(Stop { at: chain.place("policy drop"), packets: None });
            }
        }
    }
    stops
}

fn reached<'a>(chains: &'a [Chain], hooks: &[&str]) -> Vec<&'a Chain> {
    let mut reached: Vec<&Chain> =
        chains.iter().filter(|c| hooks.contains(&c.hook.as_str())).collect();
    let mut next = 0;
    while let Some(chain) = reached.get(next).copied() {
        next += 1;
        for target in chains.iter().filter(|c| c.hook.is_empty() && c.table == chain.table) {
            let known = reached.iter().any(|c| std::ptr::eq(*c, target));
            if !known && chain.rules.iter().any(|r| r.names(&[&target.name])) {
                reached.push(target);
            }
        }
    }
    reached
}

/// What becomes of a new packet on its way out, by rules with simple fields.
pub(super) fn fate(chains: &[Chain], out: &Packet) -> Fate {
    for chain in chains.iter().filter(|c| matches!(c.hook.as_str(), "output" | "postrouting")) {
        match walk(chains, chain, out, 0) {
            End::Stops(at) => return Fate::Stops(at),
            End::Unknown => return Fate::Unknown,
            End::Accepts => {}
            End::Returns if chain.drops => return Fate::Stops(chain.place("policy drop")),
            End::Returns => {}
        }
    }
    Fate::Passes
}

enum End {
    Accepts,
    Stops(String),
    Returns,
    Unknown,
}

fn walk(chains: &[Chain], chain: &Chain, packet: &Packet, depth: u32) -> End {
    if depth > MAX_DEPTH {
        return End::Unknown;
    }
    for rule in &chain.rules {
        let (fit, verdict) = fits(&rule.words, packet);
        let verdict = match (fit, verdict) {
            (Some(false), _) | (_, Verdict::None) => continue,
            (None, _) => return End::Unknown,
            (Some(true), verdict) => verdict,
        };
        let ended = match verdict {
            Verdict::Stop => return End::Stops(chain.place(&rule.text)),
            Verdict::Accept => return End::Accepts,
            Verdict::Return => return End::Returns,
            Verdict::None => continue,
            Verdict::Jump(name) | Verdict::Goto(name) => {
                let called = chains.iter().find(|c| c.table == chain.table && c.name == name);
                let Some(called) = called else { return End::Unknown };
                walk(chains, called, packet, depth + 1)
            }
        };
        match (ended, verdict) {
            (End::Returns, Verdict::Jump(_)) => {}
            (ended, _) => return ended,
        }
    }
    End::Returns
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict<'a> {
    Accept,
    Stop,
    Return,
    Jump(&'a str),
    Goto(&'a str),
    /// The rule only counts or logs.
    None,
}

/// Whether the rule's fields fit the packet, and what it then does. Reading ends at the first word
/// beyond us: the rest is unknown, but not what was read before.
fn fits<'a>(rule: &'a [String], packet: &Packet) -> (Option<bool>, Verdict<'a>) {
    let words: Vec<&str> = rule.iter().map(String::as_str).collect();
    let verdict = verdict(&words);
    let mut rest = words.as_slice();
    loop {
        let (fit, next) = match rest {
            [] | ["accept" | "drop" | "reject" | "return" | "jump" | "goto" | "continue", ..] => {
                return (Some(true), verdict);
            }
            ["counter", "packets", _, "bytes", _, next @ ..] => (Some(true), next),
            ["log", "prefix", _, next @ ..] => (Some(true), next),
            ["counter" | "log", next @ ..] => (Some(true), next),
            ["ip" | "ip6", "daddr", next @ ..] => {
                values(next, |v| packet::address(packet.destination, v))
            }
            ["ip" | "ip6", "saddr", next @ ..] => {
                values(next, |v| packet::address(packet.source, v))
            }
            ["tcp" | "th", "dport", next @ ..] => {
                values(next, |v| packet::port(packet.destination_port, v))
            }
            ["tcp" | "th", "sport", next @ ..] => {
                values(next, |v| packet::port(packet.source_port, v))
            }
            ["udp" | "icmp" | "icmpv6" | "sctp" | "dccp" | "igmp", ..] => (Some(false), &[][..]),
            ["meta", "l4proto", next @ ..]
            | ["ip", "protocol", next @ ..]
            | ["ip6", "nexthdr", next @ ..] => values(next, packet::protocol),
            ["oif" | "oifname", next @ ..] => {
                values(next, |v| packet::interface(packet.leaves_by.as_deref(), v, '*'))
            }
            ["iif" | "iifname", next @ ..] => {
                values(next, |v| packet::interface(packet.comes_by.as_deref(), v, '*'))
            }
            _ => (None, &[][..]),
        };
        match fit {
            Some(true) => rest = next,
            fit => return (fit, verdict),
        }
    }
}

/// Whether one of the values that follow fits, and the words after them.
fn values<'w, 'a>(
    words: &'w [&'a str],
    fits: impl Fn(&str) -> Option<bool>,
) -> (Option<bool>, &'w [&'a str]) {
    let (negated, words) = match words {
        ["!=", rest @ ..] => (true, rest),
        _ => (false, words),
    };
    let (fit, rest) = match words {
        ["{", rest @ ..] => {
            let end = rest.iter().position(|w| *w == "}").unwrap_or(rest.len());
            let (set, rest) = rest.split_at(end);
            let each = set.iter().map(|v| v.trim_end_matches(','));
            (packet::any(each, fits), rest.get(1..).unwrap_or_default())
        }
        // A verdict map decides by itself; a list with commas is a set of flags.
        ["vmap", ..] | [] => (None, words),
        [value, rest @ ..] => (fits(value), rest),
    };
    (fit.map(|fit| fit != negated), rest)
}

fn verdict<'a>(words: &[&'a str]) -> Verdict<'a> {
    for (i, word) in words.iter().enumerate() {
        let target = words.get(i + 1).copied().unwrap_or_default();
        match *word {
            "accept" => return Verdict::Accept,
            "drop" | "reject" => return Verdict::Stop,
            "return" => return Verdict::Return,
            "jump" => return Verdict::Jump(target),
            "goto" => return Verdict::Goto(target),
            // The verdict is in the map, which is beyond us.
            "vmap" => return Verdict::Stop,
            "queue" => return Verdict::Stop,
            _ => {}
        }
    }
    Verdict::None
}

#[cfg(test)]
mod tests;
