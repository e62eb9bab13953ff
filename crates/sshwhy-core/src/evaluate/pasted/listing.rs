//! `iptables -L`, made into what `iptables-save` prints, so that the same evaluator judges it.
//!
//! Without `-v` a listing hides the interfaces: a rule that accepts everything is then nearly always the one of `lo`, and is
//! taken for it.

use super::sorted::Line;

/// A listing as a dump, and where its rules stand in the text.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) dump: String,
    /// The chain, the number of the rule in it (0: its head), and the line.
    places: Vec<(String, u64, usize)>,
    /// Whether a rule was taken for the one of `lo`.
    pub(super) guesses: bool,
}

impl Listing {
    /// Reads the chains of a text; `None` when it holds no listing of the filter table.
    pub(super) fn read(lines: &[Line<'_>]) -> Option<Self> {
        let mut listing = Self { dump: "*filter\n".to_owned(), ..Self::default() };
        let (mut rules, mut chain) = (String::new(), None);
        let (mut number, mut is_verbose, mut is_right) = (0, false, false);
        for line in lines {
            let text = line.text.trim();
            if let Some((name, policy)) = chain_head(text) {
                listing.dump.push_str(&format!(":{name} {} [0:0]\n", policy.unwrap_or("-")));
                listing.places.push((name.to_owned(), 0, line.number));
                is_right |= name == "INPUT" && policy.is_some();
                (chain, number) = (Some(name.to_owned()), 0);
            } else if text.starts_with("target ") || text.starts_with("num ") {
                is_verbose = false;
            } else if text.starts_with("pkts ") {
                is_verbose = true;
            } else if let Some(name) = &chain
                && let Some(rule) = rule(text, is_verbose)
            {
                number += 1;
                let is_bare = !is_verbose && rule == "-j ACCEPT";
                listing.guesses |= is_bare;
                let of_loopback = if is_bare { "-i lo " } else { "" };
                rules.push_str(&format!("-A {name} {of_loopback}{rule}\n"));
                listing.places.push((name.clone(), number, line.number));
            }
        }
        listing.dump.push_str(&rules);
        listing.dump.push_str("COMMIT\n");
        is_right.then_some(listing)
    }

    /// The line of a rule, or of the head of its chain.
    pub(super) fn line(&self, chain: &str, number: Option<u64>) -> Option<usize> {
        let number = number.unwrap_or(0);
        let own = |(name, n, _): &&(String, u64, usize)| name == chain && *n == number;
        self.places.iter().find(own).map(|(.., line)| *line)
    }
}

/// `Chain INPUT (policy DROP 12 packets, 720 bytes)`, `Chain f2b-sshd (1 references)`.
fn chain_head(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = text.strip_prefix("Chain ")?.split_once(' ')?;
    let policy = rest.strip_prefix("(policy ").map(|rest| {
        let end = rest.find([' ', ')']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    Some((name, policy))
}

/// A row as options; `None` when it is none. What is not understood makes a rule that nobody can judge.
fn rule(text: &str, is_verbose: bool) -> Option<String> {
    let mut words = text.split_whitespace().peekable();
    // With --line-numbers.
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    if !is_verbose && words.peek().is_some_and(|word| is_number(word)) {
        words.next();
    }
    if is_verbose {
        let mut counters = 0;
        while words.peek().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
            words.next();
            counters += 1;
        }
        if counters < 2 {
            return None;
        }
    }
    let target = words.next()?;
    let protocol = words.next()?;
    let mut parts = Vec::new();
    if !["all", "0"].contains(&protocol) {
        parts.push(format!("-p {protocol}"));
    }
    if !["--", "-f", "!f"].contains(&words.next()?) {
        return None;
    }
    if is_verbose {
        for option in ["-i", "-o"] {
            parts.extend(address(option, words.next()?, "*"));
        }
    }
    for option in ["-s", "-d"] {
        let word = words.next()?;
        let anywhere = if word.starts_with("0.0.0.0/0") { "0.0.0.0/0" } else { "anywhere" };
        parts.extend(address(option, word, anywhere));
    }
    let extras: Vec<&str> = words.collect();
    let with = matches(&extras, &mut parts);
    parts.push(format!("-j {target}{with}"));
    Some(parts.join(" "))
}

fn address(option: &str, word: &str, everything: &str) -> Option<String> {
    if word == everything {
        return None;
    }
    Some(match word.strip_prefix('!') {
        Some(other) => format!("! {option} {other}"),
        None => format!("{option} {word}"),
    })
}

/// What stands behind the addresses: matches are added, what belongs to the target is given back.
fn matches(extras: &[&str], parts: &mut Vec<String>) -> String {
    let mut with = String::new();
    let mut left = extras;
    while let Some((word, rest)) = left.split_first() {
        left = rest;
        let mut next = || {
            let (first, rest) = left.split_first()?;
            left = rest;
            Some(*first)
        };
        match *word {
            "tcp" | "udp" | "icmp" => {}
            "/*" => while next().is_some_and(|word| word != "*/") {},
            "state" | "ctstate" => {
                parts.extend(next().map(|states| format!("-m conntrack --ctstate {states}")));
            }
            "reject-with" => {
                with.extend(next().map(|kind| format!(" --reject-with {kind}")));
            }
            "multiport" => {
                if let (Some(kind), Some(ports)) = (next(), next()) {
                    parts.push(format!("-m multiport --{kind} {ports}"));
                }
            }
            "match-set" => {
                if let (Some(set), Some(kind)) = (next(), next()) {
                    parts.push(format!("-m set --match-set {set} {kind}"));
                }
            }
            // What a target that only notes something is told.
            "LOG" => while next().is_some() {},
            _ => match port(word) {
                Some((option, ports)) => {
                    parts.push(format!("--{option} {ports}"));
                }
                None => parts.push("-m unread".to_owned()),
            },
        }
    }
    with
}

/// `dpt:ssh`, `dpts:6000:6010`, `spt:!22`.
fn port(word: &str) -> Option<(&'static str, String)> {
    let (kind, ports) = word.split_once(':')?;
    let option = match kind {
        "dpt" | "dpts" => "dport",
        "spt" | "spts" => "sport",
        _ => return None,
    };
    Some((option, ports.to_owned()))
}
