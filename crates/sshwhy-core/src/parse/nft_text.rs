//! The packet filter as `nft list ruleset` prints it for people: made into what `nft -j` prints, which [`super::nft`] reads.
//!
//! A rule with a part that is not understood is kept as one that nobody can judge; a text that is cut off is none.

mod expr;
mod statement;
mod token;

use serde_json::Value;
use serde_json::json;

use self::expr::elements;
use self::expr::number;
use self::token::Cursor;
use self::token::Token;
use self::token::tokens;
use super::nft::Error;
use super::nft::RuleSet;

/// Reads the tables of a text; `None` when it has none.
///
/// # Errors
///
/// When a table does not end: half a rule set must not be judged.
pub fn parse_nft_text(text: &str) -> Option<Result<RuleSet, Error>> {
    let tokens = tokens(text);
    let mut from = Cursor::new(&tokens);
    let mut objects = Vec::new();
    loop {
        from.skip_ends();
        if from.is_over() {
            break;
        }
        let Some((family, name)) = table_head(&mut from) else {
            from.line();
            from.take();
            continue;
        };
        let Some(body) = from.block() else { return Some(Err(Error::cut())) };
        objects.push(json!({ "table": { "family": family, "name": name } }));
        table(body, &Scope { family, name }, &mut objects);
    }
    if objects.is_empty() {
        return None;
    }
    Some(RuleSet::parse(&json!({ "nftables": objects }).to_string()))
}

/// `table inet filter`, right before its brace.
fn table_head<'a>(from: &mut Cursor<'_, 'a>) -> Option<(&'a str, &'a str)> {
    let mut ahead = from.clone();
    if !ahead.has("table") {
        return None;
    }
    let first = ahead.word()?;
    let (family, name) = match ahead.peek()? {
        Token::Open => ("ip", first),
        _ => (first, ahead.name()?),
    };
    *from = ahead;
    (from.peek() == Some(&Token::Open)).then_some((family, name))
}

/// The table that objects belong to.
struct Scope<'a> {
    family: &'a str,
    name: &'a str,
}

impl Scope<'_> {
    fn object(&self, kind: &str, name: &str, mut rest: Value) -> Value {
        if let Some(fields) = rest.as_object_mut() {
            fields.insert("family".to_owned(), self.family.into());
            fields.insert("table".to_owned(), self.name.into());
            fields.insert("name".to_owned(), name.into());
        }
        json!({ kind: rest })
    }
}

fn table(body: &[Token<'_>], scope: &Scope<'_>, objects: &mut Vec<Value>) {
    let mut from = Cursor::new(body);
    loop {
        from.skip_ends();
        if from.is_over() {
            return;
        }
        let mut ahead = from.clone();
        let (kind, name) = (ahead.word().unwrap_or_default(), ahead.name().unwrap_or_default());
        let block = ahead.block();
        match (kind, block) {
            ("chain", Some(block)) => chain(block, scope, name, objects),
            ("set" | "map", Some(block)) => {
                objects.push(scope.object(kind, name, set(block)));
            }
            ("quota", Some(block)) => {
                let mut inside = Cursor::new(block);
                skip_handle(&mut inside);
                if let Some(quota) = statement::quota(&mut inside) {
                    objects.push(scope.object(kind, name, bytes(&quota)));
                }
            }
            // Counters, limits, helpers and flow tables decide nothing by what they contain.
            _ => {
                from.line();
                from.take();
                continue;
            }
        }
        from = ahead;
    }
}

fn skip_handle(from: &mut Cursor<'_, '_>) {
    while matches!(from.peek(), Some(Token::Handle(_) | Token::End)) {
        from.take();
    }
}

/// A quota with a name is written in bytes.
fn bytes(quota: &Value) -> Value {
    let field = |name: &str| quota.get(name).and_then(Value::as_u64).unwrap_or(0);
    let factor = |name: &str| match quota.get(name).and_then(Value::as_str) {
        Some("kbytes") => 1 << 10,
        Some("mbytes") => 1 << 20,
        Some("gbytes") => 1 << 30,
        _ => 1,
    };
    let size = field("val").saturating_mul(factor("val_unit"));
    let used = field("used").saturating_mul(factor("used_unit"));
    let over = quota.get("inv").is_some();
    json!({ "bytes": size, "used": used, "inv": over })
}

fn set(block: &[Token<'_>]) -> Value {
    let mut from = Cursor::new(block);
    let mut fields = serde_json::Map::new();
    loop {
        skip_handle(&mut from);
        if from.is_over() {
            return Value::Object(fields);
        }
        let mut line = Cursor::new(from.line());
        match line.word() {
            Some("flags") => {
                let flags: Vec<&str> = line.word().unwrap_or_default().split(',').collect();
                fields.insert("flags".to_owned(), json!(flags));
            }
            Some("size") => {
                let size = line.word().and_then(number);
                fields.insert("size".to_owned(), json!(size));
            }
            Some("elements") if line.has("=") => {
                if let Some(all) = line.block().and_then(elements) {
                    fields.insert("elem".to_owned(), all.into());
                }
            }
            _ => {}
        }
    }
}

fn chain(block: &[Token<'_>], scope: &Scope<'_>, name: &str, objects: &mut Vec<Value>) {
    let place = objects.len();
    objects.push(Value::Null);
    let mut base = json!({});
    let mut from = Cursor::new(block);
    let mut is_head = true;
    loop {
        from.skip_ends();
        if from.is_over() {
            break;
        }
        let line = from.line();
        match line {
            [] | [Token::Handle(_)] => {}
            [Token::Word("comment"), Token::Quoted(_), ..] if is_head => {}
            [Token::Word("type"), ..] if is_head => base_of(line, scope.family, &mut base),
            [Token::Word("policy"), ..] if is_head => policy(&mut Cursor::new(line), &mut base),
            _ => {
                objects.push(rule(line, scope, name));
                is_head = false;
            }
        }
    }
    if let Some(slot) = objects.get_mut(place) {
        *slot = scope.object("chain", name, base);
    }
}

/// `type filter hook input priority filter - 5; policy drop;`.
fn base_of(line: &[Token<'_>], family: &str, base: &mut Value) {
    let mut from = Cursor::new(line);
    let Some(fields) = base.as_object_mut() else { return };
    while let Some(word) = from.word() {
        match word {
            "type" | "hook" => {
                fields.insert(word.to_owned(), json!(from.word()));
            }
            "device" => {
                fields.insert("dev".to_owned(), json!(from.name()));
            }
            "devices" if from.has("=") => {
                fields.insert("dev".to_owned(), json!(from.block().and_then(elements)));
            }
            "priority" => {
                let named = from.word().unwrap_or_default();
                let mut priority = priority(named, family).unwrap_or(0);
                if let Some(sign @ ("+" | "-")) = from.peek_word() {
                    from.take();
                    let offset: i32 = from.word().and_then(|w| w.parse().ok()).unwrap_or(0);
                    priority += if sign == "-" { -offset } else { offset };
                }
                fields.insert("prio".to_owned(), json!(priority));
                from.mark(&Token::Semicolon);
            }
            "policy" => {
                fields.insert("policy".to_owned(), json!(from.word()));
            }
            _ => {}
        }
    }
}

fn policy(from: &mut Cursor<'_, '_>, base: &mut Value) {
    from.word();
    if let (Some(policy), Some(fields)) = (from.word(), base.as_object_mut()) {
        fields.insert("policy".to_owned(), json!(policy));
    }
}

/// nft(8), CHAINS: the names of priorities, which differ on a bridge.
fn priority(word: &str, family: &str) -> Option<i32> {
    let is_bridge = family == "bridge";
    Some(match word {
        "raw" => -300,
        "mangle" => -150,
        "dstnat" if is_bridge => -300,
        "dstnat" => -100,
        "filter" if is_bridge => -200,
        "filter" => 0,
        "out" => 100,
        "security" => 50,
        "srcnat" if is_bridge => 300,
        "srcnat" => 100,
        number => return number.parse().ok(),
    })
}

fn rule(line: &[Token<'_>], scope: &Scope<'_>, chain: &str) -> Value {
    let handle = line.iter().find_map(|token| match token {
        Token::Handle(handle) => Some(*handle),
        _ => None,
    });
    // What nft does not know itself it hides in a remark.
    let is_hidden = line.iter().any(|token| matches!(token, Token::Remark(_)));
    let mut parts: Vec<Token<'_>> = line
        .iter()
        .filter(|t| !matches!(t, Token::Handle(_) | Token::Remark(_) | Token::End))
        .cloned()
        .collect();
    let comment = match parts.as_slice() {
        [.., Token::Word("comment"), Token::Quoted(comment)] => Some(*comment),
        _ => None,
    };
    if comment.is_some() {
        parts.truncate(parts.len() - 2);
    }
    let expr = statement::statements(&mut Cursor::new(&parts), scope.family);
    let expr = expr.filter(|_| !is_hidden).unwrap_or_else(|| vec![json!({ "unread": null })]);
    let fields = json!({
        "family": scope.family,
        "table": scope.name,
        "chain": chain,
        "handle": handle.unwrap_or(0),
        "comment": comment,
        "expr": expr,
    });
    json!({ "rule": fields })
}

#[cfg(test)]
mod tests;
