//! The list of objects: each is read by itself, so that one that is not understood spoils no other.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Base;
use super::Chain;
use super::Family;
use super::Rule;
use super::RuleSet;
use super::Table;
use super::expr::OneOrMany;
use super::expr::Str;
use super::set::SetJson;
use super::statement::Quota;
use super::statement::QuotaJson;
use super::statement::Statement;

/// Most objects that are named as unreadable.
const MAX_UNREADABLE: usize = 100;

/// How much of an unreadable object is kept, characters.
const EXCERPT: usize = 160;

/// Reads a whole rule set.
pub(super) fn read(text: &str) -> serde_json::Result<RuleSet> {
    let mut builder = Builder::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Top(&mut builder).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(builder.rule_set)
}

/// Where the chains of a table are.
type Chains = HashMap<Box<str>, usize>;

/// What is being built, and where its tables and chains are.
#[derive(Default)]
struct Builder {
    rule_set: RuleSet,
    /// The index of a table and those of its chains.
    tables: HashMap<(Family, Box<str>), (usize, Chains)>,
    /// The chain of the latest rule: most rules follow one of the same chain.
    latest: Option<(usize, usize)>,
}

impl Builder {
    fn add(&mut self, raw: &RawValue) {
        if self.try_add(raw).is_none() && self.rule_set.unreadable.len() < MAX_UNREADABLE {
            self.rule_set.unreadable.push(raw.get().chars().take(EXCERPT).collect());
        }
    }

    fn try_add(&mut self, raw: &RawValue) -> Option<()> {
        let object: Object<'_> = serde_json::from_str(raw.get()).ok()?;
        let text = object.value.get();
        match &*object.kind.0 {
            "rule" => return self.add_rule(text),
            "table" => {
                let table: TableJson = serde_json::from_str(text).ok()?;
                self.table(Family::from_name(&table.family)?, &table.name);
            }
            "chain" => {
                let chain: ChainJson = serde_json::from_str(text).ok()?;
                let (table, index) = self.chain(&chain.family, &chain.table, &chain.name)?;
                let slot = self.rule_set.tables.get_mut(table)?.chains.get_mut(index)?;
                slot.handle = chain.handle;
                slot.base = chain.base();
            }
            "set" | "map" => {
                let set: SetJson = serde_json::from_str(text).ok()?;
                self.table_mut(&set.family, &set.table)?.sets.push(set.into());
            }
            "quota" => {
                let quota: NamedQuotaJson = serde_json::from_str(text).ok()?;
                let table = self.table_mut(&quota.family, &quota.table)?;
                table.quotas.push((quota.name, Quota::from(quota.quota)));
            }
            // Counters, limits, helpers and flow tables decide nothing by what they contain.
            _ => {}
        }
        Some(())
    }

    fn add_rule(&mut self, text: &str) -> Option<()> {
        let rule = match serde_json::from_str::<RuleJson<'_>>(text) {
            Ok(rule) => rule,
            Err(_) => serde_json::from_str::<UnreadRuleJson<'_>>(text).ok()?.into(),
        };
        let (table, chain) = self.chain(&rule.family.0, &rule.table.0, &rule.chain.0)?;
        let chain = self.rule_set.tables.get_mut(table)?.chains.get_mut(chain)?;
        let mut statements = rule.expr;
        statements.shrink_to_fit();
        chain.rules.push(Rule { handle: rule.handle, comment: rule.comment, statements });
        Some(())
    }

    fn table(&mut self, family: Family, name: &str) -> usize {
        let tables = &mut self.rule_set.tables;
        let (index, _) = self.tables.entry((family, name.into())).or_insert_with(|| {
            tables.push(Table {
                family,
                name: name.into(),
                chains: Vec::new(),
                sets: Vec::new(),
                quotas: Vec::new(),
            });
            (tables.len() - 1, HashMap::new())
        });
        *index
    }

    fn table_mut(&mut self, family: &str, name: &str) -> Option<&mut Table> {
        let index = self.table(Family::from_name(family)?, name);
        self.rule_set.tables.get_mut(index)
    }

    /// The indexes of the table and the chain, which are made when nothing has named them yet.
    fn chain(&mut self, family: &str, table: &str, name: &str) -> Option<(usize, usize)> {
        let family = Family::from_name(family)?;
        if let Some((t, c)) = self.latest {
            let latest = self.rule_set.tables.get(t)?;
            let same = latest.family == family && *latest.name == *table;
            if same && latest.chains.get(c).is_some_and(|chain| *chain.name == *name) {
                return self.latest;
            }
        }
        let t = self.table(family, table);
        let (_, indexes) = self.tables.get_mut(&(family, table.into()))?;
        let chains = &mut self.rule_set.tables.get_mut(t)?.chains;
        let c = *indexes.entry(name.into()).or_insert_with(|| {
            chains.push(Chain { name: name.into(), handle: 0, base: None, rules: Vec::new() });
            chains.len() - 1
        });
        self.latest = Some((t, c));
        self.latest
    }
}

/// `{"nftables": [ … ]}`
struct Top<'a>(&'a mut Builder);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the list `nftables`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(Str(key)) = map.next_key()? {
            if key == "nftables" {
                map.next_value_seed(List(&mut *self.0))?;
                found = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::custom("no list `nftables`")) }
    }
}

struct List<'a>(&'a mut Builder);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            self.0.add(raw);
        }
        Ok(())
    }
}

/// An object with one key, which says what it is.
struct Object<'a> {
    kind: Str<'a>,
    value: &'a RawValue,
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (kind, value) =
                    map.next_entry()?.ok_or_else(|| A::Error::custom("an empty object"))?;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Object { kind, value })
            }
        }
        deserializer.deserialize_map(One)
    }
}

#[derive(Deserialize)]
struct TableJson {
    family: Box<str>,
    name: Box<str>,
}

#[derive(Deserialize)]
struct ChainJson {
    family: Box<str>,
    table: Box<str>,
    name: Box<str>,
    #[serde(default)]
    handle: u64,
    #[serde(rename = "type")]
    kind: Option<Box<str>>,
    hook: Option<Box<str>>,
    #[serde(default)]
    prio: i32,
    policy: Option<Box<str>>,
    dev: Option<OneOrMany>,
}

impl ChainJson {
    fn base(self) -> Option<Base> {
        Some(Base {
            hook: self.hook?,
            kind: self.kind.unwrap_or_else(|| "filter".into()),
            priority: self.prio,
            drops: self.policy.as_deref() == Some("drop"),
            devices: self.dev.map(OneOrMany::into_vec).unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
struct NamedQuotaJson {
    family: Box<str>,
    table: Box<str>,
    name: Box<str>,
    #[serde(flatten)]
    quota: QuotaJson,
}

#[derive(Deserialize)]
struct RuleJson<'a> {
    #[serde(borrow)]
    family: Str<'a>,
    #[serde(borrow)]
    table: Str<'a>,
    #[serde(borrow)]
    chain: Str<'a>,
    #[serde(default)]
    handle: u64,
    comment: Option<Box<str>>,
    #[serde(default)]
    expr: Vec<Statement>,
}

/// A rule with something unexpected in it.
#[derive(Deserialize)]
struct UnreadRuleJson<'a> {
    #[serde(borrow)]
    family: Str<'a>,
    #[serde(borrow)]
    table: Str<'a>,
    #[serde(borrow)]
    chain: Str<'a>,
    #[serde(default)]
    handle: u64,
    #[serde(borrow)]
    expr: Option<&'a RawValue>,
}

impl<'a> From<UnreadRuleJson<'a>> for RuleJson<'a> {
    fn from(unread: UnreadRuleJson<'a>) -> Self {
        let list = unread.expr.and_then(|raw| serde_json::from_str::<Vec<Value>>(raw.get()).ok());
        let whole = |value| Statement::Other(Box::new(("unreadable".into(), value)));
        let statement =
            |value: Value| Statement::deserialize(&value).unwrap_or_else(|_| whole(value.clone()));
        let expr = match list {
            Some(list) => list.into_iter().map(statement).collect(),
            None => vec![whole(Value::Null)],
        };
        Self {
            family: unread.family,
            table: unread.table,
            chain: unread.chain,
            handle: unread.handle,
            comment: None,
            expr,
        }
    }
}
