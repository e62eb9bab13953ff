//! Statements of a rule, as `nft -j` would write them (libnftables-json(5), STATEMENTS).

use serde_json::Value;
use serde_json::json;

use super::expr::duration;
use super::expr::left;
use super::expr::number;
use super::expr::right;
use super::expr::source;
use super::expr::value;
use super::token::Cursor;
use super::token::Token;

/// All statements of a rule of a table of a family; `None` when one is not understood.
pub(super) fn statements(from: &mut Cursor<'_, '_>, family: &str) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    while !from.is_over() {
        all.push(statement(from, family)?);
    }
    Some(all)
}

fn statement(from: &mut Cursor<'_, '_>, family: &str) -> Option<Value> {
    let before = from.clone();
    if let Some(verdict) = verdict(from) {
        return Some(verdict);
    }
    if let Some(counts) = counting(from) {
        return Some(counts);
    }
    *from = before;
    let mut ahead = from.clone();
    let found = match ahead.word()? {
        "reject" => Some(reject(&mut ahead, family)),
        "log" => log(&mut ahead),
        "notrack" => Some(json!({ "notrack": null })),
        kind @ ("snat" | "dnat" | "masquerade" | "redirect" | "tproxy") => nat(&mut ahead, kind),
        "add" | "update" | "delete" => set_update(&mut from.clone(), &mut ahead),
        "meter" => meter(&mut ahead),
        "xt" => {
            let kind = ahead.word()?;
            Some(json!({ "xt": { "type": kind, "name": ahead.name()? } }))
        }
        other @ ("synproxy" | "queue" | "dup" | "fwd" | "flow") => {
            // What is left belongs to it.
            ahead.line();
            Some(json!({ other: null }))
        }
        _ => None,
    };
    if found.is_some() {
        *from = ahead;
        return found;
    }
    test(from)
}

/// Where the packet goes.
pub(super) fn verdict(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut ahead = from.clone();
    let verdict = match ahead.word()? {
        word @ ("accept" | "drop" | "return" | "continue") => json!({ word: null }),
        word @ ("jump" | "goto") => json!({ word: { "target": ahead.name()? } }),
        _ => return None,
    };
    *from = ahead;
    Some(verdict)
}

/// What counts, and lets pass by the count; also within elements.
pub(super) fn counting(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut ahead = from.clone();
    let word = ahead.word()?;
    let statement = match word {
        "counter" | "limit" | "quota" if ahead.has("name") => json!({ word: ahead.name()? }),
        "counter" if ahead.has("packets") => {
            let packets = number(ahead.word()?)?;
            let bytes = if ahead.has("bytes") { number(ahead.word()?)? } else { 0 };
            json!({ "counter": { "packets": packets, "bytes": bytes } })
        }
        "counter" => json!({ "counter": null }),
        "limit" if ahead.has("rate") => limit(&mut ahead)?,
        "quota" => json!({ "quota": quota(&mut ahead)? }),
        "ct" if ahead.has("count") => {
            let over = ahead.has("over");
            with_over(json!({ "val": number(ahead.word()?)? }), over, "ct count")
        }
        _ => return None,
    };
    *from = ahead;
    Some(statement)
}

fn with_over(mut inner: Value, over: bool, name: &str) -> Value {
    if over && let Some(inner) = inner.as_object_mut() {
        inner.insert("inv".to_owned(), Value::Bool(true));
    }
    json!({ name: inner })
}

/// `over 3/minute burst 5 packets`, `1 mbytes/second`.
fn limit(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let over = from.has("over");
    let word = from.word()?;
    let (rate, unit, per) = match word.split_once('/') {
        Some((rate, per)) => (rate, None, per),
        None => {
            let (unit, per) = from.word()?.split_once('/')?;
            (word, Some(unit), per)
        }
    };
    let mut inner = json!({ "rate": number(rate)?, "per": per });
    // What nft does not write is its default.
    let mut burst = if unit.is_none() { 5 } else { 0 };
    if from.has("burst") {
        burst = number(from.word()?)?;
        from.word()?;
    }
    let fields = inner.as_object_mut()?;
    fields.insert("burst".to_owned(), burst.into());
    if let Some(unit) = unit {
        fields.insert("rate_unit".to_owned(), unit.into());
    }
    Some(with_over(inner, over, "limit"))
}

/// `over 25 mbytes used 3 bytes`.
pub(super) fn quota(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let over = from.has("over");
    from.has("until");
    let (count, unit) = (number(from.word()?)?, from.word()?);
    let mut inner = json!({ "val": count, "val_unit": unit });
    if from.has("used") {
        let (used, unit) = (number(from.word()?)?, from.word()?);
        let fields = inner.as_object_mut()?;
        fields.insert("used".to_owned(), used.into());
        fields.insert("used_unit".to_owned(), unit.into());
    }
    if over {
        inner.as_object_mut()?.insert("inv".to_owned(), Value::Bool(true));
    }
    Some(inner)
}

fn reject(from: &mut Cursor<'_, '_>, family: &str) -> Value {
    let usual = match family {
        "ip" => "icmp",
        "ip6" => "icmpv6",
        _ => "icmpx",
    };
    if !from.has("with") {
        return json!({ "reject": { "type": usual, "expr": "port-unreachable" } });
    }
    if from.has("tcp") {
        from.has("reset");
        return json!({ "reject": { "type": "tcp reset" } });
    }
    let kind = from.word().unwrap_or(usual);
    // Older releases say `icmp type`.
    from.has("type");
    json!({ "reject": { "type": kind, "expr": from.word().unwrap_or("port-unreachable") } })
}

fn log(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut inner = serde_json::Map::new();
    while let Some(
        word @ ("prefix" | "level" | "flags" | "group" | "snaplen" | "queue-threshold"),
    ) = from.peek_word()
    {
        from.take();
        let mut said = from.name()?.to_owned();
        // `flags tcp sequence,options`
        if word == "flags" && ["tcp", "ip"].contains(&&*said) {
            said = from.word()?.to_owned();
        }
        let value = number(&said).map_or_else(|| Value::from(said), Value::from);
        inner.insert(word.to_owned(), value);
    }
    Some(if inner.is_empty() { json!({ "log": null }) } else { json!({ "log": inner }) })
}

/// `dnat ip to 10.0.0.2:2222`, `redirect to :22`, `masquerade`.
fn nat(from: &mut Cursor<'_, '_>, kind: &str) -> Option<Value> {
    let mut inner = serde_json::Map::new();
    if let Some(family @ ("ip" | "ip6")) = from.peek_word() {
        from.take();
        inner.insert("family".to_owned(), family.into());
    }
    from.has("prefix");
    if from.has("to") {
        match from.peek_word() {
            Some(word) => {
                let (address, port) = place(word);
                let is_plain = port.is_some()
                    || address.is_some_and(|a| a.starts_with(|c: char| c.is_ascii_digit()))
                    || address.is_some_and(|a| a.contains(':'));
                if is_plain {
                    from.take();
                    let part = |text: &str| value(&mut Cursor::new(&[Token::Word(text)]));
                    inner.extend(address.and_then(part).map(|a| ("addr".to_owned(), a)));
                    inner.extend(port.and_then(part).map(|p| ("port".to_owned(), p)));
                } else {
                    inner.insert("addr".to_owned(), source(from)?);
                }
            }
            None => return None,
        }
    }
    let mut flags = Vec::new();
    while let Some(flag @ ("random" | "fully-random" | "persistent")) = from.peek_word() {
        from.take();
        flags.push(flag);
    }
    if !flags.is_empty() {
        inner.insert("flags".to_owned(), json!(flags));
    }
    Some(if inner.is_empty() { json!({ kind: null }) } else { json!({ kind: inner }) })
}

/// `10.0.0.2:2222`, `[::1]:25`, `:22-30`, `10.0.0.2`.
fn place(word: &str) -> (Option<&str>, Option<&str>) {
    if let Some((address, rest)) = word.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (Some(address), rest.strip_prefix(':'));
    }
    if let Some(port) = word.strip_prefix(':').filter(|port| !port.contains(':')) {
        return (None, Some(port));
    }
    match word.split_once(':') {
        Some((address, port)) if !port.contains(':') => (Some(address), Some(port)),
        _ => (Some(word), None),
    }
}

/// `add @dyn { ip saddr timeout 1m limit rate over 3/minute }`.
fn set_update(before: &mut Cursor<'_, '_>, from: &mut Cursor<'_, '_>) -> Option<Value> {
    let op = before.word()?;
    let set = from.word().filter(|name| name.starts_with('@'))?;
    let mut inside = Cursor::new(from.block()?);
    let mut elem = left(&mut inside)?;
    if inside.has("timeout") {
        elem = json!({ "elem": { "val": elem, "timeout": duration(inside.word()?)? } });
    }
    let mut counts = Vec::new();
    while let Some(statement) = counting(&mut inside) {
        counts.push(statement);
    }
    if !inside.is_over() {
        return None;
    }
    let mut inner = json!({ "op": op, "elem": elem, "set": set });
    if !counts.is_empty() {
        inner.as_object_mut()?.insert("stmt".to_owned(), counts.into());
    }
    Some(json!({ "set": inner }))
}

/// `meter flood size 65535 { ip saddr limit rate 10/second }`.
fn meter(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let name = from.name()?;
    let size = if from.has("size") { number(from.word()?)? } else { 65_535 };
    let mut inside = Cursor::new(from.block()?);
    let key = left(&mut inside)?;
    let counts = counting(&mut inside)?;
    Some(json!({ "meter": { "key": key, "stmt": counts, "size": size, "name": name } }))
}

/// A comparison, a look-up of a verdict, or a change of what was named.
fn test(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let of = left(from)?;
    if from.has("set") {
        if of.pointer("/ct/key").and_then(Value::as_str) == Some("helper") {
            return Some(json!({ "ct helper": from.name()? }));
        }
        return Some(json!({ "mangle": { "key": of, "value": source(from)? } }));
    }
    if from.has("vmap") {
        return Some(json!({ "vmap": { "key": of, "data": right(from)? } }));
    }
    let sign = from.peek_word().filter(|w| ["!=", "==", "<", ">", "<=", ">=", "!"].contains(w));
    if sign.is_some() {
        from.take();
    }
    let key = |path: &str| of.pointer(path).and_then(Value::as_str);
    let is_flags = matches!(key("/ct/key"), Some("state" | "status" | "label"))
        || key("/payload/field") == Some("flags");
    let is_time = key("/ct/key") == Some("expiration");
    let compared = match from.peek_word() {
        Some(word) if is_time => {
            from.take();
            duration(word)?.into()
        }
        // The number of a device is a name, too.
        Some(word) if of.get("fib").is_some() && number(word).is_some() => from.word()?.into(),
        _ => right(from)?,
    };
    // `syn / fin,syn,rst,ack`: of these flags, only that one.
    if is_flags && from.has("/") {
        let mask = value(from)?;
        let left = json!({ "&": [of, mask] });
        return Some(json!({ "match": { "op": "==", "left": left, "right": compared } }));
    }
    let is_plain = compared.is_array() || compared.is_string() || compared.is_number();
    let is_named = compared.as_str().is_some_and(|name| name.starts_with('@'));
    let usual = if is_flags && is_plain && !is_named { "in" } else { "==" };
    let op = sign.unwrap_or(usual);
    Some(json!({ "match": { "op": op, "left": of, "right": compared } }))
}
