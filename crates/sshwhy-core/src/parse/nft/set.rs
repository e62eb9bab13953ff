//! Sets, maps and their elements.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;

use super::Counter;
use super::expr::Expr;
use super::expr::OneOrMany;
use super::expr::Str;
use super::expr::tagged;
use super::statement::CounterJson;

/// A set or map with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its name.
    pub name: Box<str>,
    /// `interval`, `timeout`, `constant`; releases before 1.0.7 leave out `dynamic`.
    pub flags: Vec<Box<str>>,
    /// How many elements it may have; `None` when not limited.
    pub size: Option<u64>,
    /// What it holds at this moment.
    pub elements: Vec<Element>,
}

/// An element of a set or map.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What is looked up.
    pub key: Expr,
    /// What a map has for it.
    pub value: Option<Box<Expr>>,
    /// What few elements have.
    pub extra: Option<Box<Extra>>,
}

/// What few elements have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra {
    /// How long it lives, seconds.
    pub timeout: Option<u64>,
    /// When it ends, seconds from now.
    pub expires: Option<u64>,
    /// What somebody wrote to it.
    pub comment: Option<Box<str>>,
    /// How often it was found.
    pub counter: Option<Counter>,
    /// Whether it counts something (limit, quota, connections) that decides whether it is found.
    pub counts: bool,
}

#[derive(Deserialize)]
pub(super) struct SetJson {
    pub(super) family: Box<str>,
    pub(super) table: Box<str>,
    name: Box<str>,
    flags: Option<OneOrMany>,
    size: Option<u64>,
    #[serde(default)]
    elem: Vec<Element>,
}

impl From<SetJson> for Set {
    fn from(json: SetJson) -> Self {
        let mut elements = json.elem;
        elements.shrink_to_fit();
        let flags = json.flags.map(OneOrMany::into_vec).unwrap_or_default();
        Self { name: json.name, flags, size: json.size, elements }
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

impl From<Expr> for Element {
    fn from(key: Expr) -> Self {
        Self { key, value: None, extra: None }
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Element, E> {
        Ok(Expr::Number(value).into())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Element, E> {
        Ok(Expr::Bool(value).into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Element, E> {
        Expr::deserialize(serde::de::value::StrDeserializer::new(text)).map(Element::from)
    }

    /// A pair of a map.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Element, A::Error> {
        let missing = || A::Error::custom("an element of a map has a key and a value");
        let mut element: Element = seq.next_element()?.ok_or_else(missing)?;
        element.value = Some(Box::new(seq.next_element()?.ok_or_else(missing)?));
        Ok(element)
    }

    /// `{"elem": …}`, or any expression.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let Some(Str(name)) = map.next_key()? else {
            return Err(A::Error::custom("an empty object"));
        };
        let element = match &*name {
            "elem" => map.next_value::<Box<ElemJson>>()?.into(),
            _ => tagged(&name, &mut map)?.into(),
        };
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(element)
    }
}

#[derive(Deserialize)]
struct ElemJson {
    val: Expr,
    timeout: Option<u64>,
    expires: Option<u64>,
    comment: Option<Box<str>>,
    counter: Option<CounterJson>,
    limit: Option<Value>,
    quota: Option<Value>,
    #[serde(rename = "ct count")]
    ct_count: Option<Value>,
}

impl From<Box<ElemJson>> for Element {
    fn from(json: Box<ElemJson>) -> Self {
        let extra = Extra {
            timeout: json.timeout,
            expires: json.expires,
            comment: json.comment,
            counter: json.counter.and_then(CounterJson::counted),
            counts: json.limit.is_some() || json.quota.is_some() || json.ct_count.is_some(),
        };
        let extra = (extra != Extra::default()).then(|| Box::new(extra));
        Self { key: json.val, value: None, extra }
    }
}
