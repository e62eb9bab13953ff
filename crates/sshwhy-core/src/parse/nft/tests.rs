use super::*;

const EVERYTHING: &str = include_str!("tests/everything_1_0_6.json");
const TEXT: &str = include_str!("tests/everything_1_0_6.txt");

fn rule(expr: &str) -> Rule {
    let text = format!(
        r#"{{"nftables":[{{"rule":{{"family":"inet","table":"t","chain":"c","handle":7,"expr":{expr}}}}}]}}"#
    );
    let rule_set = RuleSet::parse(&text).unwrap();
    rule_set.tables[0].chains[0].rules[0].clone()
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
        let expected = TEXT.lines().filter_map(|l| l.trim().strip_suffix(&end));
        count += 1;
        if !expected.clone().any(|expected| expected == text) {
            different.push(format!("{}: {text}", rule.handle));
        }
    }
    // What nft writes in an order of its own, or what its JSON does not say.
    assert_eq!(different.len(), 13, "{different:#?}");
    assert_eq!(count, 148);
}
