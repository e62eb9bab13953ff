use proptest::prelude::*;

use super::*;
use crate::evaluate::filter::Hook;
use crate::evaluate::filter::Packet;
use crate::evaluate::filter::Verdict as Judgement;
use crate::evaluate::filter::iptables;
use crate::evaluate::filter::iptables::Judged;
use crate::evaluate::filter::nft;
use crate::model::flow::Flow;
use crate::parse::iptables_save::parse_iptables_save;

fn flow() -> Flow {
    Flow {
        source: "192.0.2.7".parse().unwrap(),
        source_port: Some(40_000),
        destination: "192.0.2.1".parse().unwrap(),
        port: 22,
        interface: Some("eth0".to_owned()),
    }
}

const PORT: &str =
    r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}}"#;
const TELNET: &str =
    r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":23}}"#;
const PORTS: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[80,443]}}}"#;
const XT: &str = r#"{"xt":{"type":"match","name":"conntrack"}}"#;
const DROP: &str = r#"{"drop":null}"#;
const VMAP: &str = r#"{"vmap":{"key":{"payload":{"protocol":"tcp","field":"dport"}},"data":{"set":[[22,{"jump":{"target":"own"}}]]}}}"#;

/// A rule set with one table `ip filter`: an input chain, and a chain of its own that others lead to.
fn listing(input: &str, rules: &[&[&str]], own: &[&[&str]]) -> RuleSet {
    let rule = |chain: &str, number: usize, statements: &[&str]| {
        format!(
            r#"{{"rule":{{"family":"ip","table":"filter","chain":"{chain}","handle":{number},"expr":[{}]}}}}"#,
            statements.join(",")
        )
    };
    let mut objects = vec![
        r#"{"table":{"family":"ip","name":"filter","handle":1}}"#.to_owned(),
        format!(
            r#"{{"chain":{{"family":"ip","table":"filter","name":"{input}","handle":1,"type":"filter","hook":"input","prio":0,"policy":"accept"}}}}"#
        ),
        r#"{"chain":{"family":"ip","table":"filter","name":"own","handle":2}}"#.to_owned(),
    ];
    objects.extend(rules.iter().zip(10..).map(|(statements, n)| rule(input, n, statements)));
    objects.extend(own.iter().zip(20..).map(|(statements, n)| rule("own", n, statements)));
    RuleSet::parse(&format!(r#"{{"nftables":[{}]}}"#, objects.join(","))).unwrap()
}

/// What both together say of the client's first packet, each with the judgement of one.
fn judge(rule_set: &RuleSet, saved: &str, mixed: Mixed) -> [Judged; 2] {
    let mut dump = parse_iptables_save(saved);
    let shared = Shared::new(rule_set, Family::Ip, &dump, mixed);
    shared.prune(Family::Ip, &mut dump);
    let syn = Packet::syn(&flow());
    let tables = iptables::RuleSet::new("iptables", dump);
    let filter = nft::Filter::beside(rule_set, &|table, chain| shared.is_of_iptables(table, chain));
    [
        tables.judge(&syn, Hook::Input, &iptables::world::World::default()),
        filter.judge(&syn, Hook::Input, &nft::World::default()),
    ]
}

/// Which rule stops it: `Ok` for certain, `Err` when it depends.
fn stopped_by(judged: &Judged) -> Option<Result<String, String>> {
    match &judged.verdict {
        Judgement::Pass => None,
        Judgement::Stop(stop) => Some(Ok(stop.rule.text.clone())),
        Judgement::Unknown(unknown) => Some(Err(unknown.rule.text.clone())),
    }
}

#[track_caller]
fn check(
    rule_set: &RuleSet,
    saved: &str,
    iptables: Option<Result<&str, &str>>,
    nft: Option<Result<&str, &str>>,
) {
    let owned = |expected: Option<Result<&str, &str>>| {
        expected.map(|e| e.map(str::to_owned).map_err(str::to_owned))
    };
    let [one, other] = judge(rule_set, saved, Mixed::ByIptables);
    assert_eq!(stopped_by(&one), owned(iptables), "iptables");
    assert_eq!(stopped_by(&other), owned(nft), "nft");
}

fn saved(rules: &str) -> String {
    format!("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:own - [0:0]\n{rules}COMMIT\n")
}

#[test]
fn a_table_of_iptables_is_judged_once() {
    let rule = "-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j DROP";
    let listing = listing("INPUT", &[&[PORT, XT, DROP]], &[]);
    check(&listing, &saved(&format!("{rule}\n")), Some(Ok(rule)), None);
    // Without a parameter that nft does not know, too: people know rules by the program that made them.
    let rule = "-A INPUT -p tcp -m tcp --dport 22 -j DROP";
    let listing = self::listing("INPUT", &[&[PORT, DROP]], &[]);
    check(&listing, &saved(&format!("{rule}\n")), Some(Ok(rule)), None);
}

#[test]
fn what_iptables_does_not_show_stays_with_nft() {
    let plain = listing("INPUT", &[&[PORT, DROP]], &[]);
    check(&plain, "", None, Some(Ok("tcp dport 22 drop")));
    // The table was left out, or has another number of rules: what the match asks is not known.
    let hidden = listing("INPUT", &[&[PORT, XT, DROP]], &[]);
    let text = "tcp dport 22 xt match \"conntrack\" drop";
    let [one, other] =
        judge(&hidden, "# Table `filter' is incompatible, use 'nft' tool.\n", Mixed::ByIptables);
    assert_eq!(stopped_by(&one), None);
    assert!(matches!(stopped_by(&other), Some(Err(_))), "{other:?} {text}");
    let [_, other] = judge(&hidden, &saved(""), Mixed::ByIptables);
    assert!(matches!(stopped_by(&other), Some(Err(_))), "{other:?}");
    // nft's own chain in a table of that name, beside which iptables-save prints empty ones.
    let own = listing("input", &[&[PORT, DROP]], &[]);
    check(&own, &saved(""), None, Some(Ok("tcp dport 22 drop")));
}

#[test]
fn a_rule_that_is_shown_by_half_is_not_judged_by_half() {
    // iptables-save 1.8.9 prints the set as if it were not there.
    let half = "-A INPUT -p tcp -j DROP\n";
    let native = listing("INPUT", &[&[PORTS, DROP]], &[]);
    check(&native, &saved(half), None, None);
    let mixed = listing("INPUT", &[&[PORTS, DROP], &[XT, DROP]], &[]);
    let dump = saved(&format!("{half}-A INPUT -m conntrack --ctstate INVALID -j DROP\n"));
    check(&mixed, &dump, Some(Err("tcp dport { 80, 443 } drop")), None);
    // nft knows that its own rule is for other ports, but not what the other asks.
    let [_, other] = judge(&mixed, &dump, Mixed::ByNft);
    assert!(matches!(stopped_by(&other), Some(Err(text)) if text.contains("xt")), "{other:?}");
    let other_port = listing("INPUT", &[&[PORTS, DROP], &[TELNET, XT, DROP]], &[]);
    let dump = saved(&format!(
        "{half}-A INPUT -p tcp -m tcp --dport 23 -m conntrack --ctstate NEW -j DROP\n"
    ));
    let both = judge(&other_port, &dump, Mixed::ByNft);
    assert_eq!(both.each_ref().map(stopped_by), [None, None]);
    // What leads to another chain in a way that iptables does not know.
    let mapped = listing("INPUT", &[&[VMAP]], &[&[XT, DROP]]);
    let dump = saved("-A INPUT -p tcp\n-A own -m conntrack --ctstate NEW -j DROP\n");
    let text = "tcp dport vmap { 22 : jump own }";
    check(&mapped, &dump, Some(Err(text)), None);
}

proptest! {
    #[test]
    fn nothing_panics(
        rules in proptest::collection::vec(0_usize..5, 0..6),
        input in "INPUT|input|own|",
        saved in "(\\*filter\n|\\*nat\n|:INPUT ACCEPT\n|:own -\n|-A INPUT -j own\n|-A INPUT -p tcp -j DROP\n|COMMIT\n){0,12}",
    ) {
        let all: Vec<[&str; 1]> = rules.iter().map(|n| [[PORT, PORTS, XT, DROP, VMAP][*n]]).collect();
        let all: Vec<&[&str]> = all.iter().map(|rule| &rule[..]).collect();
        let rule_set = listing(&input, &all, &all);
        judge(&rule_set, &saved, Mixed::ByIptables);
        judge(&rule_set, &saved, Mixed::ByNft);
    }
}
