//! Rules as nft prints them, so that a person recognises them.

use std::fmt;
use std::fmt::Write;

use serde_json::Value;

use super::Rule;
use super::expr::Expr;
use super::expr::Payload;
use super::set::Element;
use super::statement::Limit;
use super::statement::Match;
use super::statement::Nat;
use super::statement::NatKind;
use super::statement::Quota;
use super::statement::Statement;
use super::statement::Update;
use super::statement::Verdict;

/// Most elements of a set without a name that are printed; a person does not read more.
const MAX_ELEMENTS: usize = 20;

/// How values are written beside what they are compared with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Style {
    Plain,
    Quoted,
    /// `0x00000010`: marks.
    Mark,
    /// `0xa`: bytes of the packet.
    Hex,
}

impl Style {
    fn of(left: &Expr) -> Self {
        match left {
            Expr::Meta(key) => match &**key {
                "iif" | "iifname" | "oif" | "oifname" | "ibrname" | "obrname" | "time" | "hour"
                | "day" | "iifgroup" | "oifgroup" => Self::Quoted,
                "mark" => Self::Mark,
                _ => Self::Plain,
            },
            Expr::Ct(ct) if &*ct.0 == "mark" => Self::Mark,
            Expr::Ct(ct) if &*ct.0 == "helper" => Self::Quoted,
            Expr::Fib(fib) if &*fib.0 != "type" => Self::Quoted,
            Expr::Payload(payload) if matches!(**payload, Payload::Raw(..)) => Self::Hex,
            Expr::Binary(_, parts) => parts.first().map_or(Self::Plain, Self::of),
            _ => Self::Plain,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.statements, " ")?;
        match &self.comment {
            Some(comment) => write!(f, " comment \"{comment}\""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(test) => test.fmt(f),
            Self::Verdict(verdict) => verdict.fmt(f),
            Self::VerdictMap(map) => {
                write!(f, "{} vmap ", map.0)?;
                write_value(f, &map.1, &map.0)
            }
            Self::Counter(Some(counter)) => {
                write!(f, "counter packets {} bytes {}", counter.packets, counter.bytes)
            }
            Self::Counter(None) => f.write_str("counter"),
            Self::Limit(limit) => match &**limit {
                Ok(limit) => limit.fmt(f),
                Err(name) => write!(f, "limit name \"{name}\""),
            },
            Self::Quota(quota) => match &**quota {
                Ok(quota) => quota.fmt(f),
                Err(name) => write!(f, "quota name \"{name}\""),
            },
            Self::CtCount { count, over } => {
                write!(f, "ct count {}{count}", if *over { "over " } else { "" })
            }
            Self::Reject(reject) => match (&*reject.0, &*reject.1) {
                ("icmpx", "port-unreachable") => f.write_str("reject"),
                ("tcp reset", _) => f.write_str("reject with tcp reset"),
                (kind, name) => write!(f, "reject with {kind} {name}"),
            },
            Self::Nat(nat) => nat.fmt(f),
            Self::Mangle(mangle) => {
                write!(f, "{} set ", mangle.0)?;
                write_value(f, &mangle.1, &mangle.0)
            }
            Self::Update(update) => update.fmt(f),
            Self::Xt(name) => write!(f, "xt {name}"),
            Self::Other(other) => write_other(f, &other.0, &other.1),
        }
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((what, mask)) = self.masked_flags() {
            write!(f, "{what} ")?;
            write_value(f, &self.right, what)?;
            f.write_str(" / ")?;
            return write_value(f, mask, what);
        }
        write!(f, "{} ", self.left)?;
        let plain = matches!(&*self.op, "==" | "in");
        if !plain || matches!(self.left, Expr::Binary(..)) {
            write!(f, "{} ", self.op)?;
        }
        write_value(f, &self.right, &self.left)
    }
}

impl Match {
    /// `tcp flags syn / fin,syn`: what is compared, and the flags that are looked at.
    fn masked_flags(&self) -> Option<(&Expr, &Expr)> {
        match &self.left {
            Expr::Binary(super::expr::Operator::And, parts) if &*self.op == "==" => {
                match &**parts {
                    [what, mask @ Expr::List(_)] => Some((what, mask)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept => f.write_str("accept"),
            Self::Drop => f.write_str("drop"),
            Self::Continue => f.write_str("continue"),
            Self::Return => f.write_str("return"),
            Self::Jump(chain) => write!(f, "jump {chain}"),
            Self::Goto(chain) => write!(f, "goto {chain}"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = if self.over { "over " } else { "" };
        match &self.unit {
            Some(unit) => write!(f, "limit rate {over}{} {unit}/{}", self.rate, self.per),
            None => {
                write!(f, "limit rate {over}{}/{}", self.rate, self.per)?;
                // nft leaves out its default.
                if self.burst != 5 && self.burst != 0 {
                    write!(f, " burst {} packets", self.burst)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "quota {}{} bytes", if self.over { "over " } else { "" }, self.bytes)?;
        match self.used {
            Some(used) => write!(f, " used {used} bytes"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Nat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            NatKind::Dnat => "dnat",
            NatKind::Snat => "snat",
            NatKind::Masquerade => "masquerade",
            NatKind::Redirect => "redirect",
        })?;
        if let Some(family) = &self.family {
            write!(f, " {family}")?;
        }
        if self.address.is_some() || self.port.is_some() {
            f.write_str(" to ")?;
        }
        match (&self.address, &self.port) {
            (Some(address @ Expr::Address(ip)), Some(_)) if ip.is_ipv6() => {
                write!(f, "[{address}]")?
            }
            (Some(address), _) => write!(f, "{address}")?,
            (None, _) => {}
        }
        match &self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if &*self.op == "meter" { "" } else { "@" };
        write!(f, "{} {at}{} {{ {}", self.op, self.set, self.element)?;
        for statement in &self.statements {
            write!(f, " {statement}")?;
        }
        f.write_str(" }")
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_expr(f, self, Style::Plain)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_element(f, self, Style::Plain)
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &Expr, beside: &Expr) -> fmt::Result {
    // A value that is read off the packet, or looked up, has its own style.
    write_expr(f, value, Style::of(beside))
}

fn write_expr(f: &mut fmt::Formatter<'_>, expr: &Expr, style: Style) -> fmt::Result {
    match expr {
        Expr::Number(number) => match style {
            Style::Mark => write!(f, "0x{number:08x}"),
            Style::Hex => write!(f, "{number:#x}"),
            Style::Plain | Style::Quoted => write!(f, "{number}"),
        },
        Expr::Bool(true) => f.write_str("exists"),
        Expr::Bool(false) => f.write_str("missing"),
        Expr::Address(address) => write!(f, "{address}"),
        Expr::Prefix(address, length) => write!(f, "{address}/{length}"),
        Expr::Text(text) if style == Style::Quoted => write!(f, "\"{text}\""),
        Expr::Text(text) => f.write_str(text),
        Expr::Named(name) => write!(f, "@{name}"),
        Expr::Range(ends) => {
            write_expr(f, &ends.0, style)?;
            f.write_char('-')?;
            write_expr(f, &ends.1, style)
        }
        Expr::List(parts) => write_list(f, parts, ",", style),
        Expr::Concat(parts) => write_list(f, parts, " . ", style),
        Expr::Set(elements) => write_set(f, elements, style),
        Expr::Payload(payload) => match &**payload {
            Payload::Field(protocol, field) => write!(f, "{protocol} {field}"),
            Payload::Raw(base, offset, length) => write!(f, "@{base},{offset},{length}"),
        },
        Expr::Meta(key) => match &**key {
            "iif" | "iifname" | "oif" | "oifname" | "iifgroup" | "oifgroup" => f.write_str(key),
            _ => write!(f, "meta {key}"),
        },
        Expr::Ct(ct) => match &ct.1 {
            Some(direction) => write!(f, "ct {direction} {}", ct.0),
            None => write!(f, "ct {}", ct.0),
        },
        Expr::Fib(fib) => {
            f.write_str("fib ")?;
            list(f, &fib.1, " . ")?;
            write!(f, " {}", fib.0)
        }
        Expr::Binary(operator, parts) => {
            let own = parts.first().map_or(style, Style::of);
            write_list(f, parts, &format!(" {} ", operator.sign()), own)
        }
        Expr::Map(map) => {
            write!(f, "{} map ", map.0)?;
            write_expr(f, &map.1, style)
        }
        Expr::Verdict(verdict) => write!(f, "{verdict}"),
        Expr::Other(other) => write_other(f, &other.0, &other.1),
    }
}

fn write_set(f: &mut fmt::Formatter<'_>, elements: &[Element], style: Style) -> fmt::Result {
    f.write_str("{ ")?;
    for (i, element) in elements.iter().take(MAX_ELEMENTS).enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write_element(f, element, style)?;
    }
    if elements.len() > MAX_ELEMENTS {
        write!(f, ", … {} more", elements.len() - MAX_ELEMENTS)?;
    }
    f.write_str(" }")
}

fn write_element(f: &mut fmt::Formatter<'_>, element: &Element, style: Style) -> fmt::Result {
    write_expr(f, &element.key, style)?;
    if let Some(extra) = &element.extra {
        if let Some(timeout) = extra.timeout {
            write!(f, " timeout {timeout}s")?;
        }
        if let Some(expires) = extra.expires {
            write!(f, " expires {expires}s")?;
        }
        if let Some(counter) = extra.counter {
            write!(f, " counter packets {} bytes {}", counter.packets, counter.bytes)?;
        }
        if let Some(comment) = &extra.comment {
            write!(f, " comment \"{comment}\"")?;
        }
    }
    match &element.value {
        Some(value) => write!(f, " : {value}"),
        None => Ok(()),
    }
}

/// `log prefix "x" level warn`, `numgen random mod 2`: a name, then its parameters with their names.
fn write_other(f: &mut fmt::Formatter<'_>, name: &str, value: &Value) -> fmt::Result {
    f.write_str(name)?;
    match value {
        Value::Null => Ok(()),
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("prefix", Value::String(text)) => write!(f, " prefix \"{text}\"")?,
                    // These stand without their names.
                    ("name" | "key" | "field" | "mode", Value::String(text)) => {
                        write!(f, " {text}")?
                    }
                    ("offset", Value::Number(number)) if number.as_u64() == Some(0) => {}
                    (_, Value::String(text)) => write!(f, " {key} {text}")?,
                    (_, value) => write!(f, " {key} {value}")?,
                }
            }
            Ok(())
        }
        Value::String(text) => write!(f, " {text}"),
        other => write!(f, " {other}"),
    }
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    between: &str,
    style: Style,
) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        write_expr(f, part, style)?;
    }
    Ok(())
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, parts: &[T], between: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}
