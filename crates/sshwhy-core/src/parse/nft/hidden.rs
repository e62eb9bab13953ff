//! What nft does not print: release 1.0.6 leaves out `meta nfproto ipv6` of a rule that refuses with a reset, in text as in
//! JSON, as if the reset implied it. The kernel's own form of the rules (`nft --debug=netlink list ruleset`) has it.

use std::collections::HashMap;

use super::Expr;
use super::Family;
use super::Match;
use super::Rule;
use super::RuleSet;
use super::Statement;

/// The rules of family inet that are for one version of IP only: by table, chain and handle, whether it is version 6.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HiddenFamilies(HashMap<(String, String, u64), bool>);

impl HiddenFamilies {
    /// Whether a rule set has rules of which it must be asked.
    pub fn may_be_in(rule_set: &RuleSet) -> bool {
        let inet = rule_set.tables.iter().filter(|table| table.family == Family::Inet);
        inet.flat_map(|table| &table.chains).flat_map(|chain| &chain.rules).any(is_doubtful)
    }

    /// Reads what `nft --debug=netlink list ruleset` printed: a line `inet TABLE CHAIN HANDLE` (and the
    /// handle of the rule before), then the rule's instructions.
    pub fn parse(text: &str) -> Self {
        let mut found = HashMap::new();
        let (mut rule, mut loads_family) = (None, false);
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().take(8).collect();
            match words.as_slice() {
                ["inet", table, chain, handle] | ["inet", table, chain, handle, _] => {
                    rule = handle.parse().ok().map(|handle| (*table, *chain, handle));
                    loads_family = false;
                }
                ["[", "meta", "load", "nfproto", ..] => loads_family = true,
                ["[", "cmp", "eq", "reg", _, value, "]"] if loads_family => {
                    loads_family = false;
                    let is_v6 = matches!(*value, "0x0000000a" | "0x0a000000");
                    if let Some((table, chain, handle)) = rule {
                        found.insert((table.to_owned(), chain.to_owned(), handle), is_v6);
                    }
                }
                _ => loads_family = false,
            }
        }
        Self(found)
    }

    /// Puts them where they are missing.
    pub fn complete(self, rule_set: &mut RuleSet) {
        let inet = rule_set.tables.iter_mut().filter(|table| table.family == Family::Inet);
        for table in inet {
            for chain in &mut table.chains {
                for rule in chain.rules.iter_mut().filter(|rule| is_doubtful(rule)) {
                    let key = (table.name.to_string(), chain.name.to_string(), rule.handle);
                    if let Some(is_v6) = self.0.get(&key) {
                        rule.statements.insert(0, family_test(*is_v6));
                    }
                }
            }
        }
    }
}

fn family_test(is_v6: bool) -> Statement {
    let right = Expr::Text(if is_v6 { "ipv6" } else { "ipv4" }.into());
    let left = Expr::Meta("nfproto".into());
    Statement::Match(Box::new(Match { op: "==".into(), left, right }))
}

/// A reset that shows no version of IP.
fn is_doubtful(rule: &Rule) -> bool {
    let resets = |statement: &Statement| matches!(statement, Statement::Reject(reject) if &*reject.0 == "tcp reset");
    let says = |statement: &Statement| match statement {
        Statement::Match(test) => matches!(&test.left, Expr::Meta(key) if &**key == "nfproto"),
        _ => false,
    };
    rule.statements.iter().any(resets) && !rule.statements.iter().any(says)
}
