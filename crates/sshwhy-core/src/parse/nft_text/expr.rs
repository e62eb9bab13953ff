//! Expressions, as `nft -j` would write them (libnftables-json(5), EXPRESSIONS).

use std::net::IpAddr;

use serde_json::Value;
use serde_json::json;

use super::token::Cursor;
use super::token::Token;
use crate::parse::service::port_of;

/// Headers whose fields are named after them.
const HEADERS: [&str; 18] = [
    "ip", "ip6", "tcp", "udp", "udplite", "sctp", "dccp", "th", "icmp", "icmpv6", "ether", "vlan",
    "arp", "ah", "esp", "comp", "igmp", "gre",
];
/// What stands for itself without `meta`.
const BARE_META: [&str; 12] = [
    "iif", "iifname", "oif", "oifname", "iifgroup", "oifgroup", "iiftype", "oiftype", "skuid",
    "skgid", "mark", "nftrace",
];
/// What is read off a packet: `ip saddr . tcp dport`, `ct state`, `meta mark & 0xff`.
pub(super) fn left(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut parts = vec![primary(from)?];
    while from.has(".") {
        parts.push(primary(from)?);
    }
    let mut expr = match parts.len() {
        1 => parts.pop()?,
        _ => json!({ "concat": parts }),
    };
    while let Some(sign) = from.peek_word().filter(|w| ["&", "|", "^", "<<", ">>"].contains(w)) {
        from.take();
        let other = match from.peek_word() {
            Some(word) if word.starts_with('(') => in_brackets(from)?,
            _ => value(from)?,
        };
        expr = json!({ sign: [expr, other] });
    }
    Some(expr)
}

/// `(fin | syn | rst | ack)`.
fn in_brackets(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut flags = Vec::new();
    loop {
        let word = from.word()?;
        let flag = word.trim_matches(['(', ')']);
        if !flag.is_empty() && flag != "|" {
            flags.push(Value::from(flag));
        }
        if word.ends_with(')') {
            return Some(Value::Array(flags));
        }
    }
}

fn primary(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let word = from.word()?;
    if let Some(raw) = word.strip_prefix('@') {
        let mut parts = raw.split(',');
        let (base, offset, length) = (parts.next()?, parts.next()?, parts.next()?);
        let (offset, length): (u32, u32) = (offset.parse().ok()?, length.parse().ok()?);
        return Some(json!({ "payload": { "base": base, "offset": offset, "len": length } }));
    }
    if word == "tcp" && from.has("option") {
        let name = from.word()?;
        return Some(match from.peek_word() {
            Some("exists" | "missing") => json!({ "tcp option": { "name": name } }),
            _ => json!({ "tcp option": { "name": name, "field": from.word()? } }),
        });
    }
    if HEADERS.contains(&word) {
        let mut field = from.word()?.to_owned();
        // `arp saddr ip`
        if word == "arp" && ["saddr", "daddr"].contains(&&*field) {
            field = format!("{field} {}", from.word()?);
        }
        return Some(json!({ "payload": { "protocol": word, "field": field } }));
    }
    Some(match word {
        "meta" => json!({ "meta": { "key": from.word()? } }),
        "ct" => conntrack(from)?,
        "fib" => routes(from)?,
        "numgen" => {
            let mode = from.word()?;
            let (modulus, offset) = modulus(from)?;
            json!({ "numgen": { "mode": mode, "mod": modulus, "offset": offset } })
        }
        "jhash" => {
            let of = left(from)?;
            let (modulus, _) = modulus(from)?;
            json!({ "jhash": { "mod": modulus, "expr": of } })
        }
        "symhash" => json!({ "symhash": { "mod": modulus(from)?.0 } }),
        "exthdr" => json!({ "exthdr": { "name": from.word()? } }),
        "socket" | "rt" | "osf" | "ipsec" => json!({ word: { "key": from.word()? } }),
        _ if BARE_META.contains(&word) => json!({ "meta": { "key": word } }),
        _ => return None,
    })
}

/// `mod 2 offset 3`, `mod 2 seed 0x1`.
fn modulus(from: &mut Cursor<'_, '_>) -> Option<(u64, u64)> {
    if !from.has("mod") {
        return None;
    }
    let modulus = number(from.word()?)?;
    if from.has("seed") {
        from.word()?;
    }
    let offset = if from.has("offset") { number(from.word()?)? } else { 0 };
    Some((modulus, offset))
}

fn conntrack(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let word = from.word()?;
    if !["original", "reply"].contains(&word) {
        return Some(json!({ "ct": { "key": word } }));
    }
    let mut key = from.word()?.to_owned();
    if ["ip", "ip6"].contains(&&*key) {
        key = format!("{key} {}", from.word()?);
    }
    Some(json!({ "ct": { "key": key, "dir": word } }))
}

/// `fib saddr . iif oif`.
fn routes(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut flags = vec![from.word()?];
    while from.has(".") {
        flags.push(from.word()?);
    }
    Some(json!({ "fib": { "result": from.word()?, "flags": flags } }))
}

/// A value, or a set of them, by its name or in braces; also what a map has for a key.
pub(super) fn right(from: &mut Cursor<'_, '_>) -> Option<Value> {
    match from.peek()? {
        Token::Open => Some(json!({ "set": elements(from.block()?)? })),
        Token::Word(word) if word.starts_with('@') => Some(Value::from(from.word()?)),
        _ => value(from),
    }
}

/// A value that a packet's is changed to: another one of the packet, a look-up, or a plain one.
pub(super) fn source(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut ahead = from.clone();
    if let Some(key) = left(&mut ahead) {
        *from = ahead;
        if from.has("map") {
            return Some(json!({ "map": { "key": key, "data": right(from)? } }));
        }
        return Some(key);
    }
    value(from)
}

/// Elements of a set, or pairs of a map.
pub(super) fn elements(tokens: &[Token<'_>]) -> Option<Vec<Value>> {
    let mut from = Cursor::new(tokens);
    let mut all = Vec::new();
    loop {
        from.skip_ends();
        if from.is_over() {
            return Some(all);
        }
        let key = element(&mut from)?;
        from.skip_ends();
        if from.mark(&Token::Colon) {
            from.skip_ends();
            let value = super::statement::verdict(&mut from).or_else(|| value(&mut from))?;
            all.push(json!([key, value]));
        } else {
            all.push(key);
        }
        from.skip_ends();
        if !from.mark(&Token::Comma) && !from.is_over() {
            return None;
        }
    }
}

/// `10.1.1.1 timeout 30s expires 29s comment "hey"`.
pub(super) fn element(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let val = value(from)?;
    let mut of_element = serde_json::Map::new();
    while let Some(word) = from.peek_word() {
        match word {
            "timeout" | "expires" => {
                from.take();
                of_element.insert(word.to_owned(), duration(from.word()?)?.into());
            }
            "comment" => {
                from.take();
                of_element.insert(word.to_owned(), from.name()?.into());
            }
            _ => {
                let statement = super::statement::counting(from)?;
                of_element.extend(statement.as_object()?.clone());
            }
        }
    }
    if of_element.is_empty() {
        return Some(val);
    }
    of_element.insert("val".to_owned(), val);
    Some(json!({ "elem": of_element }))
}

/// A value, several as one key, or flags.
pub(super) fn value(from: &mut Cursor<'_, '_>) -> Option<Value> {
    let mut parts = vec![single(from)?];
    let mut flags = Vec::new();
    loop {
        if from.has(".") {
            parts.push(single(from)?);
        } else if from.has("|") {
            flags.push(single(from)?);
        } else {
            break;
        }
    }
    if !flags.is_empty() {
        flags.insert(0, parts.pop()?);
        return Some(json!({ "|": flags }));
    }
    match parts.len() {
        1 => parts.pop(),
        _ => Some(json!({ "concat": parts })),
    }
}

fn single(from: &mut Cursor<'_, '_>) -> Option<Value> {
    match from.take()? {
        Token::Quoted(text) => {
            // `"10:00"-"12:00"`
            if from.has("-")
                && let Some(Token::Quoted(end)) = from.peek()
            {
                from.take();
                return Some(json!({ "range": [text, end] }));
            }
            Some(Value::from(*text))
        }
        Token::Word("exists") => Some(Value::Bool(true)),
        Token::Word("missing") => Some(Value::Bool(false)),
        Token::Word(word) if word.contains(',') => {
            Some(Value::Array(word.split(',').map(plain).collect()))
        }
        Token::Word(word) => Some(plain(word)),
        _ => None,
    }
}

/// A number, an address, a network, a range, or a name.
fn plain(word: &str) -> Value {
    if let Some(number) = number(word) {
        return number.into();
    }
    if let Some((address, length)) = word.split_once('/')
        && address.parse::<IpAddr>().is_ok()
        && let Ok(length) = length.parse::<u8>()
    {
        return json!({ "prefix": { "addr": address, "len": length } });
    }
    if let Some((first, last)) = word.split_once('-') {
        let is_end = |end: &str| number(end).is_some() || end.parse::<IpAddr>().is_ok();
        if is_end(first) && is_end(last) {
            return json!({ "range": [plain(first), plain(last)] });
        }
    }
    // Old releases name services.
    port_of(word).map_or_else(|| Value::from(word), Value::from)
}

/// A number in decimal or hexadecimal digits.
pub(super) fn number(word: &str) -> Option<u64> {
    match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// `1d2h3m4s964ms`, in whole seconds.
pub(super) fn duration(word: &str) -> Option<u64> {
    let mut seconds = 0_u64;
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, after) = rest.split_at(end);
        let unit = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let count: u64 = digits.parse().ok()?;
        let factor = match unit {
            "d" => 86_400,
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            "ms" => 0,
            _ => return None,
        };
        seconds = seconds.checked_add(count.checked_mul(factor)?)?;
        rest = after;
    }
    Some(seconds)
}
