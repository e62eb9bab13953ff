//! The devices of ingress and egress chains, from the text form: the JSON of releases before 1.0.7 leaves them out.

use super::Family;
use super::RuleSet;

/// Which devices a chain is bound to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Devices(Vec<(Family, String, String, Vec<Box<str>>)>);

impl Devices {
    /// Reads what `nft list chains` printed.
    pub fn parse(text: &str) -> Self {
        let mut found = Vec::new();
        let (mut table, mut chain) = (None, None);
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().take(1000).collect();
            match words.as_slice() {
                ["table", family, name, ..] => {
                    table = Family::from_name(family).map(|family| (family, (*name).to_owned()));
                }
                ["chain", name, ..] => chain = Some((*name).to_owned()),
                ["type", ..] => {
                    if let (Some((family, table)), Some(chain)) = (&table, chain.take()) {
                        let devices = devices(line);
                        if !devices.is_empty() {
                            found.push((*family, table.clone(), chain, devices));
                        }
                    }
                }
                _ => {}
            }
        }
        Self(found)
    }

    /// Puts them where the JSON has none.
    pub fn complete(self, rule_set: &mut RuleSet) {
        for (family, table, chain, devices) in self.0 {
            let tables = rule_set.tables.iter_mut();
            let base = tables
                .filter(|t| t.family == family && *t.name == *table)
                .flat_map(|t| &mut t.chains)
                .find(|c| *c.name == *chain)
                .and_then(|c| c.base.as_mut());
            if let Some(base) = base.filter(|base| base.devices.is_empty()) {
                base.devices = devices;
            }
        }
    }
}

/// `type filter hook ingress device "lo" priority -100; policy accept;`, or `devices = { "a", "b" }`.
fn devices(line: &str) -> Vec<Box<str>> {
    let Some((_, rest)) = line.split_once(" device") else {
        return Vec::new();
    };
    let end = rest.find(" priority").unwrap_or(rest.len());
    let list = rest.get(..end).unwrap_or_default().trim_start_matches('s');
    list.split(['{', '}', ',', '=', ' ', '"'])
        .filter(|name| !name.is_empty())
        .map(Into::into)
        .collect()
}
