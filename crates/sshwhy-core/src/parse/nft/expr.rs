//! Expressions: what a rule reads off a packet, and what it compares that with.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;

use super::set::Element;
use super::statement::Verdict;

/// An expression. Small, since sets hold a million of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number.
    Number(u64),
    /// `exists` or `missing`; for `fib … oif`, whether there is a route.
    Bool(bool),
    /// An address.
    Address(IpAddr),
    /// A network.
    Prefix(IpAddr, u8),
    /// A name, a device, a time, …
    Text(Box<str>),
    /// A set or map by its name, without the `@`.
    Named(Box<str>),
    /// From one value to another, both included.
    Range(Box<(Expr, Expr)>),
    /// Flags.
    List(Box<[Expr]>),
    /// A set or map without a name.
    Set(Box<[Element]>),
    /// Several values as one key.
    Concat(Box<[Expr]>),
    /// Bytes of the packet.
    Payload(Box<Payload>),
    /// What the kernel keeps beside a packet, by its key.
    Meta(Box<str>),
    /// What connection tracking knows: the key, and the direction that it is asked of.
    Ct(Box<(Box<str>, Option<Box<str>>)>),
    /// What the routing tables say: the result that is asked for, and what is looked up.
    Fib(Box<(Box<str>, Vec<Box<str>>)>),
    /// `&`, `|`, `^`, `<<` or `>>` of values.
    Binary(Operator, Box<[Expr]>),
    /// What a map has for a key: the key, the map.
    Map(Box<(Expr, Expr)>),
    /// What happens to the packet: the value of a verdict map.
    Verdict(Box<Verdict>),
    /// Another expression: its name and what belongs to it.
    Other(Box<(Box<str>, Value)>),
}

/// Bytes of a packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload {
    /// A field of a header: protocol and field.
    Field(Cow<'static, str>, Cow<'static, str>),
    /// Bits at a place: the header from which it is counted (`ll`, `nh`, `th`, `ih`), offset and length, both in bits.
    Raw(Box<str>, u32, u32),
}

/// Arithmetic on values.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Operator {
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    Left,
    /// `>>`
    Right,
}

impl Operator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::And => "&",
            Self::Or => "|",
            Self::Xor => "^",
            Self::Left => "<<",
            Self::Right => ">>",
        }
    }

    fn from_sign(sign: &str) -> Option<Self> {
        [Self::And, Self::Or, Self::Xor, Self::Left, Self::Right]
            .into_iter()
            .find(|operator| operator.sign() == sign)
    }
}

impl Expr {
    fn from_text(text: &str) -> Self {
        if let Some(name) = text.strip_prefix('@') {
            return Self::Named(name.into());
        }
        let may_be_address =
            text.as_bytes().first().is_some_and(u8::is_ascii_hexdigit) || text.starts_with(':');
        match text.parse() {
            Ok(address) if may_be_address => Self::Address(address),
            _ => Self::Text(text.into()),
        }
    }
}

/// Words that most rules use need no memory of their own.
pub(super) fn word(text: &str) -> Cow<'static, str> {
    const WORDS: &[&str] =
        &["tcp", "udp", "ip", "ip6", "th", "ether", "saddr", "daddr", "sport", "dport", "flags"];
    match WORDS.iter().find(|word| **word == text) {
        Some(word) => Cow::Borrowed(word),
        None => Cow::Owned(text.to_owned()),
    }
}

/// A string that is borrowed where it can be.
pub(super) struct Str<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Str<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Str(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Str(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExprVisitor)
    }
}

struct ExprVisitor;

impl<'de> Visitor<'de> for ExprVisitor {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an expression")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Expr, E> {
        Ok(Expr::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Expr, E> {
        Ok(Expr::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Expr, E> {
        Ok(Expr::Text(value.to_string().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Expr, E> {
        Ok(Expr::Text(value.to_string().into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Expr, E> {
        Ok(Expr::from_text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Expr, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element()? {
            list.push(item);
        }
        Ok(Expr::List(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let Some(Str(name)) = map.next_key()? else {
            return Ok(Expr::Other(Box::new(("".into(), Value::Null))));
        };
        let expr = tagged(&name, &mut map)?;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(expr)
    }
}

/// Reads the value of an object whose only key is `name`.
pub(super) fn tagged<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Expr, A::Error> {
    if let Some(operator) = Operator::from_sign(name) {
        return Ok(Expr::Binary(operator, map.next_value()?));
    }
    if let Some(verdict) = Verdict::read(name, map)? {
        return Ok(Expr::Verdict(Box::new(verdict)));
    }
    Ok(match name {
        "payload" => Expr::Payload(Box::new(map.next_value::<PayloadJson>()?.into())),
        "meta" => Expr::Meta(map.next_value::<KeyJson>()?.key),
        "ct" => {
            let ct: KeyJson = map.next_value()?;
            Expr::Ct(Box::new((ct.key, ct.dir)))
        }
        "fib" => {
            let fib: FibJson = map.next_value()?;
            Expr::Fib(Box::new((
                fib.result,
                fib.flags.map(OneOrMany::into_vec).unwrap_or_default(),
            )))
        }
        "concat" => Expr::Concat(map.next_value()?),
        "set" => Expr::Set(map.next_value()?),
        "prefix" => {
            let prefix: PrefixJson = map.next_value()?;
            match prefix.addr {
                Expr::Address(address) => Expr::Prefix(address, prefix.len),
                // A device with a wildcard, in old releases; or bits of something else.
                other => Expr::Other(Box::new((
                    "prefix".into(),
                    Value::String(format!("{other}/{}", prefix.len)),
                ))),
            }
        }
        "range" => Expr::Range(map.next_value()?),
        "elem" => {
            let elem: ElemJson = map.next_value()?;
            elem.val
        }
        "map" => {
            let look_up: MapJson = map.next_value()?;
            Expr::Map(Box::new((look_up.key, look_up.data)))
        }
        _ => Expr::Other(Box::new((name.into(), map.next_value()?))),
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(Box<str>),
    Many(Vec<Box<str>>),
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<Box<str>> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
struct PayloadJson<'a> {
    #[serde(borrow)]
    protocol: Option<Str<'a>>,
    #[serde(borrow)]
    field: Option<Str<'a>>,
    base: Option<Box<str>>,
    #[serde(default)]
    offset: u32,
    #[serde(default)]
    len: u32,
}

impl From<PayloadJson<'_>> for Payload {
    fn from(json: PayloadJson<'_>) -> Self {
        match (json.base, json.protocol, json.field) {
            (Some(base), ..) => Self::Raw(base, json.offset, json.len),
            (None, protocol, field) => {
                let text = |part: Option<Str<'_>>| part.map_or(Cow::Borrowed(""), |s| word(&s.0));
                Self::Field(text(protocol), text(field))
            }
        }
    }
}

#[derive(Deserialize)]
struct KeyJson {
    key: Box<str>,
    dir: Option<Box<str>>,
}

#[derive(Deserialize)]
struct FibJson {
    result: Box<str>,
    flags: Option<OneOrMany>,
}

#[derive(Deserialize)]
struct PrefixJson {
    addr: Expr,
    len: u8,
}

#[derive(Deserialize)]
struct ElemJson {
    val: Expr,
}

#[derive(Deserialize)]
struct MapJson {
    key: Expr,
    data: Expr,
}
