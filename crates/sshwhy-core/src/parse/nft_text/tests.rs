use proptest::prelude::*;

use super::*;
use crate::parse::nft::Rule;

const JSON: &str = include_str!("../nft/tests/everything_1_0_6.json");
const TEXT: &str = include_str!("../nft/tests/everything_1_0_6.txt");

fn rules(set: &RuleSet) -> Vec<&Rule> {
    set.tables.iter().flat_map(|t| &t.chains).flat_map(|c| &c.rules).collect()
}

#[test]
fn the_text_says_what_the_json_says() {
    let (text, json) = (parse_nft_text(TEXT).unwrap().unwrap(), RuleSet::parse(JSON).unwrap());
    assert_eq!(text.unreadable, Vec::<String>::new());
    let different: Vec<String> = rules(&text)
        .into_iter()
        .zip(rules(&json))
        .filter(|(ours, theirs)| ours != theirs)
        .map(|(ours, theirs)| format!("{ours:?}\n  {theirs:?}"))
        .collect();
    // What synproxy is told, and a realm that JSON writes as a word: nothing that is judged.
    assert!(different.len() == 2, "{}", different.join("\n"));
    assert_eq!(rules(&text).len(), rules(&json).len());
    for (ours, theirs) in text.tables.iter().zip(&json.tables) {
        assert_eq!((&ours.name, ours.family), (&theirs.name, theirs.family));
        assert_eq!(ours.quotas, theirs.quotas);
        let bases = |table: &crate::parse::nft::Table| {
            let base = |c: &crate::parse::nft::Chain| {
                let base = c.base.clone()?;
                Some((base.kind, base.hook, base.priority, base.drops))
            };
            table.chains.iter().map(|c| (c.name.clone(), base(c))).collect::<Vec<_>>()
        };
        assert_eq!(bases(ours), bases(theirs));
        for (ours, theirs) in ours.sets.iter().zip(&theirs.sets) {
            assert_eq!((&ours.name, &ours.elements), (&theirs.name, &theirs.elements));
        }
    }
}

#[test]
fn what_is_cut_off_is_no_rule_set() {
    assert!(parse_nft_text("no table here").is_none());
    let cut = TEXT.get(..TEXT.len() / 2).unwrap();
    assert!(parse_nft_text(cut).unwrap().is_err());
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,200}", part in 0usize..9000) {
        let _ = parse_nft_text(&text);
        let _ = parse_nft_text(&format!("table ip t {{\n chain c {{\n {text}\n }}\n}}"));
        let _ = TEXT.get(..part).map(parse_nft_text);
    }
}
