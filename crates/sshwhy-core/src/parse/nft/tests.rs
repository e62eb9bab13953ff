use proptest::prelude::*;

use super::*;

const EVERYTHING: &str = include_str!("tests/everything_1_0_6.json");
const TEXT: &str = include_str!("tests/everything_1_0_6.txt");

/// A rule set of one rule.
fn with_rule(expr: &str) -> String {
    format!(
        r#"{{"nftables":[{{"rule":{{"family":"inet","table":"t","chain":"c","handle":7,"expr":{expr}}}}}]}}"#
    )
}

fn check_rule(expr: &str, expected: &str) {
    let rule_set = RuleSet::parse(&with_rule(expr)).unwrap();
    let rule = rule_set.tables.first().and_then(|t| t.chains.first()?.rules.first()).unwrap();
    assert_eq!(rule.to_string(), expected);
    assert_eq!(rule.handle, 7);
}

fn check_error(text: &str) {
    assert!(RuleSet::parse(text).is_err(), "{text}");
}

#[test]
fn rules_are_written_as_nft_writes_them() {
    let rule_set = RuleSet::parse(EVERYTHING).unwrap();
    assert_eq!(rule_set.unreadable, Vec::<String>::new());
    let mut different = Vec::new();
    let mut count = 0;
    for rule in rule_set.tables.iter().flat_map(|t| &t.chains).flat_map(|c| &c.rules) {
        let text = rule.to_string();
        let end = format!(" # handle {}", rule.handle);
        let mut expected = TEXT.lines().filter_map(|l| l.trim().strip_suffix(&end));
        count += 1;
        if !expected.any(|expected| expected == text) {
            different.push(format!("{}: {text}", rule.handle));
        }
    }
    // What nft writes in an order of its own, or what its JSON does not say.
    assert_eq!(different.len(), 13, "{different:#?}");
    assert_eq!(count, 148);
}

#[test]
fn tables_chains_and_sets_are_what_they_are() {
    let rule_set = RuleSet::parse(EVERYTHING).unwrap();
    let table = rule_set.table(Family::Inet, "t").unwrap();
    let input = table.chains.iter().find(|chain| *chain.name == *"in").unwrap();
    let base = input.base.as_ref().unwrap();
    assert_eq!((&*base.hook, base.priority, base.drops), ("input", -5, true));
    let set = |name: &str| table.sets.iter().find(|set| *set.name == *name).unwrap();
    let banned = set("dyn").elements.first().unwrap();
    let extra = banned.extra.as_ref().unwrap();
    assert_eq!(
        (extra.timeout, extra.expires, extra.comment.as_deref()),
        (Some(30), Some(29), Some("hey"))
    );
    assert_eq!(set("s4").elements.len(), 3);
    let verdict = set("m").elements.first().and_then(|element| element.value.as_deref());
    assert_eq!(verdict.map(ToString::to_string).as_deref(), Some("jump u"));
    let quota = &table.quotas.first().unwrap().1;
    assert_eq!((quota.bytes, quota.used, quota.over), (25 << 20, Some(0), true));
}

#[test]
fn half_a_rule_set_is_none() {
    check_error("");
    check_error("{}");
    check_error("[]");
    check_error("{\"nftables\": 3}");
    check_error("{\"nftables\": [{\"table\"");
    check_error("{\"nftables\": [{\"table\": {\"family\": \"inet\", \"name\": \"t\"}}]");
    check_error(&"{\"nftables\": [".repeat(100_000));
    check_error("Error: Operation not permitted (you must be root)");
    assert_eq!(RuleSet::parse("{\"nftables\": []}"), Ok(RuleSet::default()));
}

#[test]
fn what_is_not_understood_spoils_nothing_else() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for odd in [
        r#"{"rule": 3}"#,
        "7",
        r#"{"chain": {"family": "inet"}}"#,
        r#"{"set": {"family": "inet", "table": "t", "name": "s", "elem": [[1]]}}"#,
        r#"{"table": {"family": "decnet", "name": "t"}}"#,
        "{}",
        &deep,
    ] {
        let text = format!(
            r#"{{"nftables":[{odd},{{"table":{{"family":"inet","name":"t"}}}},{{"hologram":{{}}}}]}}"#
        );
        let rule_set = RuleSet::parse(&text).unwrap();
        assert_eq!(rule_set.unreadable.len(), 1, "{odd}");
        assert!(rule_set.unreadable.iter().all(|words| words.chars().count() <= 160));
        assert!(rule_set.table(Family::Inet, "t").is_some(), "{odd}");
    }
}

#[test]
fn odd_statements_stay_in_their_rules() {
    check_rule("[]", "");
    check_rule(r#"[{"accept":null}]"#, "accept");
    check_rule(r#"["accept"]"#, "accept");
    check_rule(r#"[{"hologram":{"a":1}},{"drop":null}]"#, "hologram a 1 drop");
    check_rule(r#"[{"match":{"op":7}},{"drop":null}]"#, r#"unreadable match {"op":7} drop"#);
    check_rule("7", "unreadable");
    check_rule(
        r#"[{"match":{"op":"==","left":{"meta":{"key":"\u006dark"}},"right":{"hologram":[1]}}}]"#,
        "meta mark hologram [1]",
    );
    check_rule(
        r#"[{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":-1}}]"#,
        "tcp dport -1",
    );
    check_rule(r#"[{"xt":null}]"#, "xt ");
    check_rule(r#"[{"xt":{"type":"match","name":"recent"}}]"#, "xt recent");
    check_rule(r#"[{"reject":null}]"#, "reject");
}

#[test]
fn devices_are_read_from_the_text() {
    let text = "table netdev nd {\n\tchain ing {\n\t\ttype filter hook ingress device \"lo\" priority -100; policy accept;\n\t}\n\
                \tchain both {\n\t\ttype filter hook ingress devices = { eth0, \"eth1\" } priority 0; policy accept;\n\t}\n}\n\
                table inet t {\n\tchain in {\n\t\ttype filter hook input priority filter - 5; policy drop;\n\t}\n}\n";
    let mut rule_set = RuleSet::parse(EVERYTHING).unwrap();
    Devices::parse(text).complete(&mut rule_set);
    let table = rule_set.table(Family::Netdev, "nd").unwrap();
    let base = table.chains.first().and_then(|chain| chain.base.as_ref()).unwrap();
    assert_eq!(base.devices, ["lo".into()]);
    assert_eq!(Devices::parse("type filter hook ingress device"), Devices::default());
}

#[test]
fn a_hidden_version_of_ip_is_found() {
    let expr = r#"[{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":22}},{"reject":{"type":"tcp reset"}}]"#;
    let mut rule_set = RuleSet::parse(&with_rule(expr)).unwrap();
    assert!(HiddenFamilies::may_be_in(&rule_set));
    let text = "inet t c 6\n  [ meta load nfproto => reg 1 ]\n  [ cmp eq reg 1 0x00000002 ]\n\
                inet t c 7 6\n  [ meta load l4proto => reg 1 ]\n  [ cmp eq reg 1 0x00000006 ]\n\
                \x20 [ meta load nfproto => reg 1 ]\n  [ cmp eq reg 1 0x0000000a ]\n  [ reject type 1 code 0 ]\n";
    HiddenFamilies::parse(text).complete(&mut rule_set);
    let rule = rule_set.tables.first().and_then(|t| t.chains.first()?.rules.first()).unwrap();
    assert_eq!(rule.to_string(), "meta nfproto ipv6 tcp dport 22 reject with tcp reset");
    assert!(!HiddenFamilies::may_be_in(&rule_set));
}

#[test]
fn an_expression_is_small() {
    // Sets have a million of them.
    assert!(size_of::<Expr>() <= 24);
    assert!(size_of::<Element>() <= 40);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = RuleSet::parse(&text);
        Devices::parse(&text).complete(&mut RuleSet::default());
        HiddenFamilies::parse(&text).complete(&mut RuleSet::default());
    }

    #[test]
    fn no_damaged_rule_set_panics(from in 0..EVERYTHING.len(), length in 0_usize..40, with in ".{0,6}") {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        let end = (from + length).min(bytes.len());
        bytes.splice(from..end, with.bytes());
        if let Ok(rule_set) = RuleSet::parse(&String::from_utf8_lossy(&bytes)) {
            let rules = rule_set.tables.iter().flat_map(|t| &t.chains).flat_map(|c| &c.rules);
            rules.for_each(|rule| drop(rule.to_string()));
        }
    }
}
