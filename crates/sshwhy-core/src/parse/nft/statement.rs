//! Statements: the tests and actions of a rule.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Value;

use super::Counter;
use super::expr::Expr;
use super::expr::Str;

/// A test or an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// Compares something of the packet with a value.
    Match(Box<Match>),
    /// What becomes of the packet.
    Verdict(Verdict),
    /// What becomes of the packet, looked up in a map: the key, the map.
    VerdictMap(Box<(Expr, Expr)>),
    /// Counts; with what it has counted. `None` when it is a counter with a name.
    Counter(Option<Counter>),
    /// Lets pass what comes seldom enough (or often enough); the text is the name of a limit.
    Limit(Box<Result<Limit, Box<str>>>),
    /// Lets pass until so much has passed; the text is the name of a quota.
    Quota(Box<Result<Quota, Box<str>>>),
    /// Matches while there are at most so many connections; when `over`, beyond.
    CtCount {
        /// How many.
        count: u64,
        /// Whether it matches beyond that.
        over: bool,
    },
    /// Refuses with an error: the kind (`icmp`, `icmpv6`, `icmpx`, `tcp reset`) and its name.
    Reject(Box<(Box<str>, Box<str>)>),
    /// Changes addresses.
    Nat(Box<Nat>),
    /// Changes a field of the packet, or what the kernel keeps beside it: the field, the value.
    Mangle(Box<(Expr, Expr)>),
    /// Adds an element to a set, or counts in the element.
    Update(Box<Update>),
    /// A match or target of iptables, whose parameters nft does not know: its name.
    Xt(Box<str>),
    /// Another statement: its name and what belongs to it.
    Other(Box<(Box<str>, Value)>),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// `==`, `!=`, `<`, `>`, `<=`, `>=`, `in` (has any of these bits), `!` (has none of them).
    pub op: Box<str>,
    /// What is read off the packet.
    pub left: Expr,
    /// What it is compared with.
    pub right: Expr,
}

/// What becomes of a packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// No further rule of this base chain is asked.
    Accept,
    /// It is gone.
    Drop,
    /// The next rule is asked.
    Continue,
    /// The rule after the jump is asked.
    Return,
    /// Another chain is asked, then the next rule.
    Jump(Box<str>),
    /// Another chain is asked instead of what is left of this one.
    Goto(Box<str>),
}

/// How often.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct Limit {
    /// So many,
    pub rate: u64,
    /// in such a time (`second`, `minute`, …);
    pub per: Box<str>,
    /// this many more at once.
    #[serde(default)]
    pub burst: u64,
    /// `bytes`, `kbytes`, `mbytes`; packets when absent.
    #[serde(rename = "rate_unit")]
    pub unit: Option<Box<str>>,
    /// Whether it matches what comes more often.
    #[serde(default, rename = "inv")]
    pub over: bool,
}

/// How much in all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Quota {
    /// So many bytes.
    pub bytes: u64,
    /// So many have passed; `None` when nft does not say.
    pub used: Option<u64>,
    /// Whether it matches beyond that.
    pub over: bool,
}

/// A change of addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct Nat {
    /// Of which.
    pub kind: NatKind,
    /// `ip` or `ip6`, when it is for one of them only.
    pub family: Option<Box<str>>,
    /// The new address.
    pub address: Option<Expr>,
    /// The new port.
    pub port: Option<Expr>,
}

/// Which address is changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NatKind {
    /// The receiver's.
    Dnat,
    /// The sender's.
    Snat,
    /// The sender's, to that of the device that it leaves by.
    Masquerade,
    /// The receiver's, to one of this host.
    Redirect,
}

/// An element added to a set by a packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// `add`, `update` or `delete`; `meter` for the old way to write it.
    pub op: Box<str>,
    /// The set.
    pub set: Box<str>,
    /// The element.
    pub element: Expr,
    /// What each element counts, and whether it lets pass.
    pub statements: Vec<Statement>,
}

impl Verdict {
    /// Reads a verdict whose name is `name`; `None` when that names none.
    pub(super) fn read<'de, A: MapAccess<'de>>(
        name: &str,
        map: &mut A,
    ) -> Result<Option<Self>, A::Error> {
        let verdict = match name {
            "accept" => Self::Accept,
            "drop" => Self::Drop,
            "continue" => Self::Continue,
            "return" => Self::Return,
            "jump" => return Ok(Some(Self::Jump(map.next_value::<Target>()?.target))),
            "goto" => return Ok(Some(Self::Goto(map.next_value::<Target>()?.target))),
            _ => return Ok(None),
        };
        map.next_value::<IgnoredAny>()?;
        Ok(Some(verdict))
    }
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Some statements without parameters are printed as bare strings by some releases.
        deserializer.deserialize_any(StatementVisitor)
    }
}

struct StatementVisitor;

impl<'de> Visitor<'de> for StatementVisitor {
    type Value = Statement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a statement")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Statement, E> {
        Ok(match text {
            "accept" => Statement::Verdict(Verdict::Accept),
            "drop" => Statement::Verdict(Verdict::Drop),
            _ => Statement::Other(Box::new((text.into(), Value::Null))),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Statement, A::Error> {
        let Some(Str(name)) = map.next_key()? else {
            return Err(A::Error::custom("an empty object"));
        };
        let statement = match Verdict::read(&name, &mut map)? {
            Some(verdict) => Statement::Verdict(verdict),
            None => tagged(&name, &mut map)?,
        };
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(statement)
    }
}

fn tagged<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Statement, A::Error> {
    Ok(match name {
        "match" => Statement::Match(Box::new(map.next_value::<MatchJson>()?.into())),
        "vmap" => {
            let look_up: MapJson = map.next_value()?;
            Statement::VerdictMap(Box::new((look_up.key, look_up.data)))
        }
        "counter" => Statement::Counter(
            map.next_value::<Option<CounterJson>>()?.and_then(CounterJson::counted),
        ),
        "limit" => Statement::Limit(Box::new(named(map.next_value()?))),
        "quota" => {
            let quota = named(map.next_value::<NamedOr<QuotaJson>>()?);
            Statement::Quota(Box::new(quota.map(Quota::from)))
        }
        "ct count" => {
            let count: CountJson = map.next_value()?;
            Statement::CtCount { count: count.val, over: count.inv }
        }
        "reject" => {
            let reject = map.next_value::<Option<RejectJson>>()?.unwrap_or_default();
            let kind = reject.kind.unwrap_or_else(|| "icmpx".into());
            let name = reject.expr.unwrap_or_else(|| "port-unreachable".into());
            Statement::Reject(Box::new((kind, name)))
        }
        "dnat" => nat(NatKind::Dnat, map)?,
        "snat" => nat(NatKind::Snat, map)?,
        "masquerade" => nat(NatKind::Masquerade, map)?,
        "redirect" => nat(NatKind::Redirect, map)?,
        "mangle" => {
            let mangle: MangleJson = map.next_value()?;
            Statement::Mangle(Box::new((mangle.key, mangle.value)))
        }
        "set" => Statement::Update(Box::new(map.next_value::<UpdateJson>()?.into())),
        "meter" => Statement::Update(Box::new(map.next_value::<MeterJson>()?.into())),
        "xt" => {
            let xt: Option<XtJson> = map.next_value()?;
            Statement::Xt(xt.and_then(|xt| xt.name).unwrap_or_default())
        }
        _ => Statement::Other(Box::new((name.into(), map.next_value()?))),
    })
}

fn nat<'de, A: MapAccess<'de>>(kind: NatKind, map: &mut A) -> Result<Statement, A::Error> {
    let json = map.next_value::<Option<NatJson>>()?.unwrap_or_default();
    let nat = Nat { kind, family: json.family, address: json.addr, port: json.port };
    Ok(Statement::Nat(Box::new(nat)))
}

fn named<T>(json: NamedOr<T>) -> Result<T, Box<str>> {
    match json {
        NamedOr::Name(name) => Err(name),
        NamedOr::Inline(inline) => Ok(inline),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NamedOr<T> {
    Name(Box<str>),
    Inline(T),
}

#[derive(Deserialize)]
struct Target {
    target: Box<str>,
}

#[derive(Deserialize)]
struct MatchJson {
    op: Box<str>,
    left: Expr,
    right: Expr,
}

impl From<MatchJson> for Match {
    fn from(json: MatchJson) -> Self {
        Self { op: json.op, left: json.left, right: json.right }
    }
}

#[derive(Deserialize)]
struct MapJson {
    key: Expr,
    data: Expr,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum CounterJson {
    Counted { packets: u64, bytes: u64 },
    Other(IgnoredAny),
}

impl CounterJson {
    pub(super) fn counted(self) -> Option<Counter> {
        match self {
            Self::Counted { packets, bytes } => Some(Counter { packets, bytes }),
            Self::Other(_) => None,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct QuotaJson {
    #[serde(alias = "bytes")]
    val: u64,
    #[serde(default)]
    val_unit: Box<str>,
    used: Option<u64>,
    #[serde(default)]
    used_unit: Box<str>,
    #[serde(default)]
    inv: bool,
}

impl From<QuotaJson> for Quota {
    fn from(json: QuotaJson) -> Self {
        let scale = |unit: &str| match unit {
            "kbytes" => 1 << 10,
            "mbytes" => 1 << 20,
            _ => 1,
        };
        Self {
            bytes: json.val.saturating_mul(scale(&json.val_unit)),
            used: json.used.map(|used| used.saturating_mul(scale(&json.used_unit))),
            over: json.inv,
        }
    }
}

#[derive(Deserialize)]
struct CountJson {
    val: u64,
    #[serde(default)]
    inv: bool,
}

#[derive(Default, Deserialize)]
struct RejectJson {
    #[serde(rename = "type")]
    kind: Option<Box<str>>,
    expr: Option<Box<str>>,
}

#[derive(Default, Deserialize)]
struct NatJson {
    family: Option<Box<str>>,
    addr: Option<Expr>,
    port: Option<Expr>,
}

#[derive(Deserialize)]
struct MangleJson {
    key: Expr,
    value: Expr,
}

#[derive(Deserialize)]
struct UpdateJson {
    op: Box<str>,
    set: Box<str>,
    elem: Expr,
    #[serde(default)]
    stmt: Vec<Statement>,
}

impl From<UpdateJson> for Update {
    fn from(json: UpdateJson) -> Self {
        let set = json.set.strip_prefix('@').unwrap_or(&json.set).into();
        Self { op: json.op, set, element: json.elem, statements: json.stmt }
    }
}

#[derive(Deserialize)]
struct MeterJson {
    key: Expr,
    stmt: Statement,
    #[serde(default)]
    name: Box<str>,
}

impl From<MeterJson> for Update {
    fn from(json: MeterJson) -> Self {
        let statements = vec![json.stmt];
        Self { op: "meter".into(), set: json.name, element: json.key, statements }
    }
}

#[derive(Deserialize)]
struct XtJson {
    name: Option<Box<str>>,
}
