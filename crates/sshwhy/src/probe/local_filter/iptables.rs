//! `iptables-save -c`: the rules that drop or reject, with their counters.

use super::Stop;
use super::packet;
use super::packet::Packet;
use super::packet::words;

/// A rule, as far as it matters here.
struct Rule<'a> {
    table: &'a str,
    chain: String,
    packets: u64,
    target: String,
    words: Vec<String>,
    text: &'a str,
}

/// The tables that the text has, such as `filter`.
pub(super) fn tables(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix('*')).map(str::trim).collect()
}

/// The rules and policies that could have stopped one of the packets.
pub(super) fn stops(text: &str, out: &Packet, reply: &Packet) -> Vec<Stop> {
    let rules = rules(text);
    let mut stops = Vec::new();
    for (roots, packet) in [(["OUTPUT", "POSTROUTING"], out), (["PREROUTING", "INPUT"], reply)] {
        let reached = reached(&rules, &roots);
        let on_way = |rule: &&Rule<'_>| {
            matches!(rule.target.as_str(), "DROP" | "REJECT")
                && reached.contains(&(rule.table, rule.chain.as_str()))
                && fits(&rule.words, packet) != Some(false)
        };
        stops.extend(rules.iter().filter(on_way).map(|rule| Stop {
            at: format!("{} {}", rule.table, rule.text),
            packets: Some(rule.packets),
        }));
    }
    stops
}

fn rules(text: &str) -> Vec<Rule<'_>> {
    let mut table = "";
    let mut rules = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name.trim();
        } else if let Some(policy) = line.strip_prefix(':') {
            rules.extend(policy_of(table, policy, line));
        } else {
            rules.extend(rule(table, line));
        }
    }
    rules
}

/// `[packets:bytes] -A CHAIN …`
fn rule<'a>(table: &'a str, line: &'a str) -> Option<Rule<'a>> {
    let (counter, text) = line.split_once(' ')?;
    let packets = packets(counter)?;
    let words = words(text);
    let after = |names: [&str; 2]| {
        let at = words.iter().position(|w| names.contains(&w.as_str()))?;
        words.get(at + 1).cloned()
    };
    let chain = after(["-A", "-A"])?;
    let target = after(["-j", "-g"]).unwrap_or_default();
    Some(Rule { table, chain, packets, target, words, text })
}

/// `CHAIN POLICY [packets:bytes]`: what a packet meets at the end of the chain.
fn policy_of<'a>(table: &'a str, policy: &str, text: &'a str) -> Option<Rule<'a>> {
    let mut parts = policy.split_whitespace();
    let (chain, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let packets = packets(parts.next()?)?;
    let text = text.split(" [").next().unwrap_or(text);
    Some(Rule { table, chain, packets, target, words: Vec::new(), text })
}

fn packets(counter: &str) -> Option<u64> {
    counter.strip_prefix('[')?.split(':').next()?.parse().ok()
}

/// The chains that a packet can come through from these ones, with their tables.
fn reached<'a>(rules: &'a [Rule<'a>], roots: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let of_root = |rule: &&'a Rule<'a>| roots.contains(&rule.chain.as_str());
    let mut reached: Vec<_> =
        rules.iter().filter(of_root).map(|r| (r.table, r.chain.as_str())).collect();
    reached.dedup();
    let mut next = 0;
    while let Some(chain) = reached.get(next).copied() {
        next += 1;
        for rule in rules.iter().filter(|r| (r.table, r.chain.as_str()) == chain) {
            let target = (rule.table, rule.target.as_str());
            let is_chain = rules.iter().any(|r| (r.table, r.chain.as_str()) == target);
            if is_chain && !reached.contains(&target) {
                reached.push(target);
            }
        }
    }
    reached
}

/// Whether the rule's simple fields fit the packet; fields beyond us count as unknown.
fn fits(words: &[String], packet: &Packet) -> Option<bool> {
    let mut all_known = true;
    for (i, name) in words.iter().enumerate() {
        let Some(value) = words.get(i + 1).map(String::as_str) else { break };
        let fit = match name.as_str() {
            "-s" => packet::address(packet.source, value),
            "-d" => packet::address(packet.destination, value),
            "-p" => packet::protocol(value),
            "--sport" => packet::port(packet.source_port, value),
            "--dport" => packet::port(packet.destination_port, value),
            "--sports" => packet::any(value.split(','), |v| packet::port(packet.source_port, v)),
            "--dports" => {
                packet::any(value.split(','), |v| packet::port(packet.destination_port, v))
            }
            "-o" => packet::interface(packet.leaves_by.as_deref(), value, '+'),
            "-i" => packet::interface(packet.comes_by.as_deref(), value, '+'),
            _ => continue,
        };
        let negated = i > 0 && words.get(i - 1).is_some_and(|w| w == "!");
        match fit {
            Some(fit) if fit == negated => return Some(false),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::super::tests::packets;
    use super::*;

    fn check(text: &str, expected: &[(&str, u64)]) {
        let (out, reply) = packets();
        let got: Vec<(String, u64)> = stops(text, &out, &reply)
            .into_iter()
            .map(|stop| (stop.at, stop.packets.unwrap()))
            .collect();
        let expected: Vec<(String, u64)> =
            expected.iter().map(|(at, packets)| ((*at).to_owned(), *packets)).collect();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn what_is_no_rule_is_skipped() {
        for text in
            ["", "*", ":", ":OUTPUT", "[x:1] -A OUTPUT -j DROP", "[1:1] -A", "[1:1] -j DROP"]
        {
            check(text, &[]);
        }
    }

    #[test]
    fn rules_that_cannot_be_ours_are_left_out() {
        check(
            "*filter\n:OUTPUT ACCEPT [7:1]\n\
             [1:60] -A OUTPUT -d 10.9.0.0/16 -p tcp -m tcp --dport 22 -j DROP\n\
             [2:60] -A OUTPUT ! -d 10.0.0.0/8 -j DROP\n\
             [3:60] -A OUTPUT -p udp -j REJECT --reject-with icmp-port-unreachable\n\
             [4:60] -A OUTPUT -p tcp -m multiport --dports 80,443 -j DROP\n\
             [5:60] -A OUTPUT -m string --string \"-p udp\" --algo bm -j DROP\n\
             [6:60] -A OUTPUT -o tun+ -j DROP\n\
             [7:60] -A INPUT -s 10.9.8.7/32 -i eth0 -p tcp -m tcp --sport 22 -j DROP\n\
             [8:60] -A FORWARD -j DROP\nCOMMIT\n",
            &[
                ("filter -A OUTPUT -d 10.9.0.0/16 -p tcp -m tcp --dport 22 -j DROP", 1),
                ("filter -A OUTPUT -m string --string \"-p udp\" --algo bm -j DROP", 5),
                ("filter -A INPUT -s 10.9.8.7/32 -i eth0 -p tcp -m tcp --sport 22 -j DROP", 7),
            ],
        );
    }

    #[test]
    fn chains_are_followed_and_policies_count() {
        check(
            "*filter\n:OUTPUT DROP [9:540]\n:a - [0:0]\n:b - [0:0]\n:lost - [0:0]\n\
             [1:60] -A OUTPUT -j a\n[1:60] -A a -g b\n[1:60] -A b -j REJECT\n\
             [1:60] -A b -j a\n[1:60] -A lost -j DROP\n",
            &[("filter :OUTPUT DROP", 9), ("filter -A b -j REJECT", 1)],
        );
    }
}
