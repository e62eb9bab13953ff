use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::evaluate::filter::Action;
use crate::evaluate::filter::Verdict;
use crate::evaluate::filter::flow::Outcome;
use crate::evaluate::filter::flow::judge_flow;
use crate::model::flow::Flow;

const EVERYTHING: &str = include_str!("../../../parse/nft/tests/everything_1_0_6.json");

fn flow(source: &str) -> Flow {
    let destination = if source.contains(':') { "2001:db8::22" } else { "192.0.2.22" };
    Flow {
        source: source.parse().unwrap(),
        source_port: None,
        destination: destination.parse().unwrap(),
        port: 22,
        interface: Some("eth0".to_owned()),
    }
}

/// A rule set with one chain at the hook input of `inet filter`, and what else is given.
fn input(policy: &str, rules: &[&str], others: &str) -> RuleSet {
    let mut all = vec![format!(
        r#"{{"chain":{{"family":"inet","table":"filter","name":"input","type":"filter","hook":"input","prio":0,"policy":"{policy}"}}}}"#
    )];
    if !others.is_empty() {
        all.push(others.to_owned());
    }
    for (rule, handle) in rules.iter().zip(1..) {
        all.push(format!(
            r#"{{"rule":{{"family":"inet","table":"filter","chain":"input","handle":{handle},"expr":[{rule}]}}}}"#
        ));
    }
    RuleSet::parse(&format!(r#"{{"nftables":[{}]}}"#, all.join(","))).unwrap()
}

/// In one line: `pass`, `drop 3`, `reset 1 (counts)`, `? 2: drop 2 | pass`.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::Stop(stop) => {
            let action = match stop.action {
                Action::Drop => "drop",
                Action::Reject(name) => name,
                Action::Reset => "reset",
            };
            let number = stop.rule.number.map_or("policy".to_owned(), |n| n.to_string());
            format!("{action} {number}{}", if stop.counts { " (counts)" } else { "" })
        }
        Verdict::Unknown(unknown) => format!(
            "? {}: {} | {}",
            unknown.rule.number.unwrap_or_default(),
            words(&unknown.if_matches),
            words(&unknown.if_not)
        ),
    }
}

fn judged(rule_set: &RuleSet, packet: &Packet) -> String {
    words(&Filter::new(rule_set).judge(packet, Hook::Input, &World::default()).verdict)
}

fn check(rules: &[&str], expected: &str) {
    let packet = Packet::syn(&flow("198.51.100.7"));
    assert_eq!(judged(&input("accept", rules, ""), &packet), expected, "{rules:?}");
}

const DROP: &str = r#"{"drop":null}"#;
const ACCEPT: &str = r#"{"accept":null}"#;
const LIMIT: &str = r#"{"limit":{"rate":3,"burst":5,"per":"minute"}}"#;

fn test(left: &str, op: &str, right: &str) -> String {
    format!(r#"{{"match":{{"op":"{op}","left":{left},"right":{right}}}}}"#)
}

fn field(protocol: &str, field: &str, op: &str, right: &str) -> String {
    test(&format!(r#"{{"payload":{{"protocol":"{protocol}","field":"{field}"}}}}"#), op, right)
}

fn with(condition: &str, action: &str) -> String {
    format!("{condition},{action}")
}

#[test]
fn conditions_hold_or_not() {
    let dropped = |condition: &str| {
        let rule = with(condition, DROP);
        let packet = Packet::syn(&flow("198.51.100.7"));
        judged(&input("accept", &[&rule], ""), &packet)
    };
    let check = |condition: String, expected: &str| {
        assert_eq!(dropped(&condition), expected, "{condition}");
    };
    check(field("tcp", "dport", "==", "22"), "drop 1");
    check(field("tcp", "dport", "!=", "22"), "pass");
    check(field("tcp", "dport", "<", "22"), "pass");
    check(field("tcp", "dport", "<=", "22"), "drop 1");
    check(field("tcp", "sport", ">", "1023"), "drop 1");
    check(field("tcp", "sport", "<", "1024"), "pass");
    check(field("tcp", "sport", "==", "40000"), "? 1: drop 1 | pass");
    check(field("udp", "dport", "!=", "22"), "pass");
    check(field("ip", "saddr", "==", r#"{"prefix":{"addr":"198.51.100.0","len":24}}"#), "drop 1");
    check(field("ip", "saddr", "!=", r#"{"range":["198.51.100.1","198.51.100.6"]}"#), "drop 1");
    // No IPv6 packet: also what is negated does not match.
    check(field("ip6", "saddr", "!=", r#""2001:db8::1""#), "pass");
    check(field("tcp", "flags", "in", r#"["syn","ack"]"#), "drop 1");
    check(field("tcp", "flags", "!", r#"["fin","ack"]"#), "drop 1");
    check(field("tcp", "dport", "==", r#"{"set":[80,{"range":[20,25]}]}"#), "drop 1");
    check(field("tcp", "dport", "==", r#""@missing""#), "? 1: drop 1 | pass");
    check(test(r#"{"ct":{"key":"state"}}"#, "in", r#""new""#), "drop 1");
    check(test(r#"{"ct":{"key":"state"}}"#, "!=", r#""new""#), "pass");
    check(test(r#"{"ct":{"key":"direction"}}"#, "==", r#""original""#), "drop 1");
    check(test(r#"{"meta":{"key":"iifname"}}"#, "==", r#""eth*""#), "drop 1");
    check(test(r#"{"meta":{"key":"oifname"}}"#, "!=", r#""eth0""#), "drop 1");
    check(test(r#"{"meta":{"key":"skuid"}}"#, "!=", "5"), "pass");
    check(test(r#"{"payload":{"base":"th","offset":16,"len":16}}"#, "==", "22"), "drop 1");
    check(test(r#"{"payload":{"base":"nh","offset":96,"len":8}}"#, "==", "198"), "drop 1");
    check(
        test(r#"{"payload":{"base":"nh","offset":64,"len":8}}"#, "==", "64"),
        "? 1: drop 1 | pass",
    );
    check(test(r#"{"payload":{"base":"ih","offset":0,"len":8}}"#, "!=", "1"), "pass");
    check(
        field("ip", "frag-off", "!=", "0")
            .replace(r#"{"payload""#, r#"{"&":[{"payload""#)
            .replace(r#""frag-off"}}"#, r#""frag-off"}},8191]}"#),
        "pass",
    );
    check(test(r#"{"hologram":1}"#, "==", "1"), "? 1: drop 1 | pass");
}

#[test]
fn verdicts_end_what_they_end() {
    check(&[], "pass");
    check(&[r#"{"continue":null}"#, DROP], "drop 2");
    check(&[ACCEPT, DROP], "pass");
    check(&[r#"{"return":null}"#, DROP], "pass");
    check(&[r#"{"reject":{"type":"icmpv6","expr":"no-route"}}"#], "pass");
    check(&[r#"{"reject":{"type":"icmp","expr":"host-prohibited"}}"#], "host-prohibited 1");
    check(&[r#"{"reject":{"type":"tcp reset"}}"#], "reset 1");
    check(&[r#"{"goto":{"target":"nowhere"}}"#], "? 1: drop 1 | pass");
    // A chain that jumps to itself, which the kernel refuses.
    check(&[r#"{"jump":{"target":"input"}}"#], "? 1: drop 1 | pass");
    check(&[r#"{"goto":{"target":"input"}}"#], "? 1: drop 1 | pass");
    let policy = input("drop", &[], "");
    assert_eq!(judged(&policy, &Packet::syn(&flow("198.51.100.7"))), "drop policy");
}

#[test]
fn what_counts_is_open_unless_both_ways_agree() {
    check(&[&with(LIMIT, DROP)], "? 1: drop 1 (counts) | pass");
    check(&[&with(LIMIT, ACCEPT), DROP], "? 1: pass | drop 2 (counts)");
    check(&[&with(LIMIT, DROP), DROP], "drop 2");
    check(&[&with(LIMIT, r#"{"log":{"prefix":"x"}}"#), DROP], "drop 2");
    check(&[&with(LIMIT, ACCEPT)], "pass");
    check(&[r#"{"queue":null}"#], "? 1: drop 1 | pass");
    let used =
        r#"{"quota":{"val":100,"val_unit":"kbytes","used":101,"used_unit":"kbytes","inv":true}}"#;
    check(&[&with(used, DROP)], "drop 1");
    check(&[&with(&used.replace("101", "1"), DROP)], "pass");
    check(&[&with(&used.replace("101", "40"), DROP)], "? 1: drop 1 (counts) | pass");
}

#[test]
fn a_thousand_doubts_end_in_one() {
    let doubt = with(LIMIT, DROP);
    let rules: Vec<_> = (0..5000).map(|_| doubt.as_str()).collect();
    let packet = Packet::syn(&flow("198.51.100.7"));
    let verdict =
        Filter::new(&input("accept", &rules, "")).judge(&packet, Hook::Input, &World::default());
    assert!(matches!(verdict.verdict, Verdict::Unknown(_)));
    // Jumps that may or may not be taken double nothing.
    let jump = with(LIMIT, r#"{"jump":{"target":"other"}}"#);
    let rules: Vec<_> = (0..200).map(|_| jump.as_str()).collect();
    let other = r#"{"rule":{"family":"inet","table":"filter","chain":"other","handle":9,"expr":[{"limit":{"rate":1,"per":"day"}},{"drop":null}]}}"#;
    let verdict =
        Filter::new(&input("accept", &rules, other)).judge(&packet, Hook::Input, &World::default());
    assert!(words(&verdict.verdict).len() < 4000);
}

#[test]
fn what_admits_is_named() {
    let rules = [with(
        &field("tcp", "dport", "==", "22"),
        r#"{"counter":{"packets":4,"bytes":9}},{"accept":null}"#,
    )];
    let rule_set = input("drop", &[&rules[0]], "");
    let packet = Packet::syn(&flow("2001:db8::7"));
    let judged = Filter::new(&rule_set).judge(&packet, Hook::Input, &World::default());
    let admitted = judged.trail.last().unwrap();
    assert_eq!(
        (admitted.table.as_str(), admitted.number, admitted.packets),
        ("inet filter", Some(1), Some(4))
    );
    assert_eq!(admitted.text, "tcp dport 22 counter packets 4 bytes 9 accept");
}

#[test]
fn a_set_that_rules_fill_counts() {
    let set = r#"{"set":{"family":"inet","table":"filter","name":"seen","type":"ipv4_addr","elem":["198.51.100.7"]}}"#;
    let add = r#"{"set":{"op":"add","elem":{"payload":{"protocol":"ip","field":"saddr"}},"set":"@seen"}}"#;
    let drop = with(&field("ip", "saddr", "==", r#""@seen""#), DROP);
    let packet = Packet::syn(&flow("198.51.100.7"));
    assert_eq!(judged(&input("accept", &[&drop], set), &packet), "drop 1");
    assert_eq!(judged(&input("accept", &[&drop, add], set), &packet), "drop 1 (counts)");
}

#[test]
fn addresses_are_translated_on_the_way() {
    let text = r#"{"nftables":[
        {"chain":{"family":"ip","table":"nat","name":"pre","type":"nat","hook":"prerouting","prio":-100,"policy":"accept"}},
        {"rule":{"family":"ip","table":"nat","chain":"pre","handle":1,"expr":[{"dnat":{"addr":"10.0.0.9","port":2222}}]}},
        {"rule":{"family":"ip","table":"nat","chain":"pre","handle":2,"expr":[{"drop":null}]}}]}"#;
    let rule_set = RuleSet::parse(text).unwrap();
    let packet = Packet::syn(&flow("198.51.100.7"));
    let judged = Filter::new(&rule_set).judge(&packet, Hook::Prerouting, &World::default());
    assert_eq!(judged.verdict, Verdict::Pass);
    assert_eq!(judged.packet.destination.to_string(), "10.0.0.9");
    assert_eq!(judged.packet.destination_port, Some(2222));
    assert_eq!(judged.packet.original, Some((packet.destination, Some(22))));
}

#[test]
fn what_stops_for_certain_hides_what_comes_later() {
    let chain = |hook: &str| {
        format!(
            r#"{{"chain":{{"family":"inet","table":"t","name":"{hook}","type":"filter","hook":"{hook}","prio":0,"policy":"drop"}}}}"#
        )
    };
    let text = format!(
        r#"{{"nftables":[{},{},{{"rule":{{"family":"inet","table":"t","chain":"prerouting","handle":3,"expr":[{LIMIT},{{"reject":{{"type":"tcp reset"}}}}]}}}}]}}"#,
        chain("prerouting"),
        chain("input")
    );
    let rule_set = RuleSet::parse(&text).unwrap();
    let filter = Filter::new(&rule_set);
    let judge = |hook, packet: &_| filter.judge(packet, hook, &World::default());
    let verdict = judge_flow(&judge, &|_| true, &flow("198.51.100.7"));
    let Outcome::Depends(unknown) = verdict.outcome else { panic!("{verdict:?}") };
    assert_eq!(words(&Verdict::Unknown(unknown)), "? 3: reset 3 (counts) | drop policy (counts)");
}

#[test]
fn tables_of_iptables_are_left_alone() {
    let text = r#"{"nftables":[
        {"chain":{"family":"ip","table":"filter","name":"INPUT","type":"filter","hook":"input","prio":0,"policy":"drop"}},
        {"rule":{"family":"ip","table":"filter","chain":"INPUT","handle":1,"expr":[{"xt":{"type":"match","name":"recent"}},{"drop":null}]}}]}"#;
    let rule_set = RuleSet::parse(text).unwrap();
    let filter = Filter::new(&rule_set);
    assert_eq!(filter.left_to_iptables(), ["nft table ip filter"]);
    assert!(filter.is_empty());
}

#[test]
fn everything_can_be_judged() {
    let rule_set = RuleSet::parse(EVERYTHING).unwrap();
    let filter = Filter::new(&rule_set);
    for flow in [flow("10.1.2.3"), flow("fe80::1")] {
        for packet in [
            Packet::syn(&flow),
            Packet::syn_ack(&flow),
            Packet::hello(&flow),
            Packet::banner(&flow),
        ] {
            for hook in [
                Hook::Ingress,
                Hook::Prerouting,
                Hook::Input,
                Hook::Forward,
                Hook::Output,
                Hook::Postrouting,
            ] {
                let fast = filter.judge(&packet, hook, &World::default());
                assert_eq!(fast, filter.judge_plainly(&packet, hook, &World::default()));
            }
        }
    }
}

/// One rule of a random chain.
fn random_rule() -> impl Strategy<Value = serde_json::Value> {
    let address = (0_u8..4, 0_u8..8).prop_map(|(a, b)| format!("10.0.{a}.{b}"));
    let right = prop_oneof![
        address.clone().prop_map(|address| json!(address)),
        (0_u8..4, 20_u8..33).prop_map(|(a, len)| {
            let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
            let network = u32::from_be_bytes([10, 0, a, 5]) & mask;
            json!({"prefix": {"addr": std::net::Ipv4Addr::from(network).to_string(), "len": len}})
        }),
        (0_u8..4, 0_u8..4, 4_u8..8).prop_map(|(a, low, high)| json!({"range": [format!("10.0.{a}.{low}"), format!("10.0.{a}.{high}")]})),
        (address.clone(), address).prop_map(|(a, b)| json!({"set": [a, b]})),
    ];
    let saddr = json!({"payload": {"protocol": "ip", "field": "saddr"}});
    let dport = json!({"payload": {"protocol": "tcp", "field": "dport"}});
    let test = |op: &'static str, left: serde_json::Value| move |right: serde_json::Value| json!({"match": {"op": op, "left": left, "right": right}});
    let condition = prop_oneof![
        4 => right.clone().prop_map(test("==", saddr.clone())),
        1 => right.prop_map(test("!=", saddr)),
        2 => (21_u16..24).prop_map(|port| json!(port)).prop_map(test("==", dport)),
        1 => (0_u8..3).prop_map(|mark| json!({"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": mark}})),
        1 => Just(json!({"limit": {"rate": 1, "per": "second"}})),
        1 => (0_u8..3).prop_map(|mark| json!({"mangle": {"key": {"meta": {"key": "mark"}}, "value": mark}})),
    ];
    let end = prop_oneof![
        Just(json!({"drop": null})),
        Just(json!({"accept": null})),
        Just(json!({"return": null})),
        Just(json!({"reject": null})),
        Just(json!({"counter": null})),
        Just(json!({"jump": {"target": "other"}})),
    ];
    (prop::collection::vec(condition, 0..3), end).prop_map(|(mut all, end)| {
        all.push(end);
        json!(all)
    })
}

proptest! {
    #[test]
    fn the_index_changes_no_verdict(
        rules in prop::collection::vec((random_rule(), any::<bool>()), 0..60),
        sources in prop::collection::vec((0_u8..4, 0_u8..8), 1..6),
    ) {
        let mut all = vec![json!({"chain": {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input", "prio": 0}})];
        for (handle, (rule, is_other)) in rules.iter().enumerate() {
            let list = rule.as_array().unwrap();
            // The other chain jumps nowhere.
            let jumps = list.iter().any(|statement| statement.get("jump").is_some());
            let chain = if *is_other && !jumps { "other" } else { "in" };
            all.push(json!({"rule": {"family": "inet", "table": "t", "chain": chain, "handle": handle, "expr": rule}}));
        }
        let rule_set = RuleSet::parse(&json!({"nftables": all}).to_string()).unwrap();
        let filter = Filter::new(&rule_set);
        for (a, b) in sources {
            let packet = Packet::syn(&flow(&format!("10.0.{a}.{b}")));
            let fast = filter.judge(&packet, Hook::Input, &World::default());
            prop_assert_eq!(fast, filter.judge_plainly(&packet, Hook::Input, &World::default()));
        }
    }

    #[test]
    fn no_damaged_rule_set_panics(from in 0..EVERYTHING.len(), length in 0_usize..60, with in "[0-9a-z@\\[\\]{}\",:]{0,8}") {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        let end = (from + length).min(bytes.len());
        bytes.splice(from..end, with.bytes());
        if let Ok(rule_set) = RuleSet::parse(&String::from_utf8_lossy(&bytes)) {
            let filter = Filter::new(&rule_set);
            for hook in [Hook::Prerouting, Hook::Input] {
                filter.judge(&Packet::syn(&flow("10.1.2.3")), hook, &World::default());
                filter.judge(&Packet::hello(&flow("fe80::1")), hook, &World::default());
            }
        }
    }
}
