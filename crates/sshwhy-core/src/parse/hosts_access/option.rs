//! The options of a rule: hosts_options(5), with the checks that libwrap makes before it acts on them.
//!
//! An error denies: libwrap thinks it better to play safe.

use super::number;
use super::split_at;

/// libwrap's buffer for what `%h` and its kin stand for; a longer text ends the server's process.
const EXPANSION_MAX: usize = 8190;
/// The longest texts that `%c` and `%s` (user or daemon, `@`, host) and the other letters stand for.
const PAIR_MAX: usize = 255;
const SINGLE_MAX: usize = 127;

/// What an option does, as far as it can matter for the verdict.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Effect {
    /// `allow`: admits, whatever file it stands in.
    Allow,
    /// `deny`: refuses, whatever file it stands in.
    Deny,
    /// `twist COMMAND`: the command takes the server's place.
    Twist(String),
    /// `aclexec COMMAND`: unless it succeeds, the file counts as without a match.
    Aclexec(String),
    /// `user NAME[.GROUP]`: an error, which refuses, when there is no such user.
    User(String),
    /// `group NAME`: an error, which refuses, when there is no such group.
    Group(String),
    /// `rfc931`: asks the client's host for the user; up to ten seconds.
    AsksUser,
    /// A text that `%` letters may make longer than libwrap bears: the server's process would end.
    MayOverflow,
    /// `spawn COMMAND`: runs it and goes on, whatever becomes of it.
    Spawn(String),
    /// Anything else that is well-formed.
    Nothing,
}

/// The options of a rule, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// Those before the first error.
    pub effects: Vec<Effect>,
    /// What libwrap finds wrong, in its words. It then refuses.
    pub error: Option<String>,
}

/// How an option takes its value.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Takes {
    Nothing,
    Maybe,
    Value,
    /// With `%` letters.
    Text,
}

/// The names that libwrap knows, how they take a value, and whether they must be the last.
const KNOWN: &[(&str, Takes, bool)] = &[
    ("user", Takes::Value, false),
    ("group", Takes::Value, false),
    ("umask", Takes::Value, false),
    ("linger", Takes::Value, false),
    ("keepalive", Takes::Nothing, false),
    ("aclexec", Takes::Text, false),
    ("spawn", Takes::Text, false),
    ("twist", Takes::Text, true),
    ("rfc931", Takes::Maybe, false),
    ("setenv", Takes::Text, false),
    ("nice", Takes::Maybe, false),
    ("severity", Takes::Value, false),
    ("allow", Takes::Nothing, true),
    ("deny", Takes::Nothing, true),
    ("banners", Takes::Value, false),
];

/// libwrap knows fewer than syslog(3) does: no `authpriv`, `warn` or `error`.
const FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "lpr", "news", "uucp", "cron", "local0", "local1",
    "local2", "local3", "local4", "local5", "local6", "local7",
];
const LEVELS: &[&str] = &["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

impl Options {
    /// Reads what follows the second colon of a rule.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let mut options = Self::default();
        let mut left = Some(text).filter(|t| !t.is_empty());
        while let Some(text) = left {
            let (field, rest) = field(text);
            left = rest;
            match read(&field, rest.is_none(), &mut options.effects) {
                Ok(()) => {}
                Err(error) => {
                    options.error = Some(error);
                    break;
                }
            }
        }
        options
    }
}

/// The text up to the next colon that has no backslash before it, and what follows the colon, if anything does.
fn field(text: &[u8]) -> (Vec<u8>, Option<&[u8]>) {
    let mut field = Vec::new();
    let mut i = 0;
    while let Some(byte) = text.get(i) {
        match byte {
            b':' => return (field, text.get(i + 1..).filter(|rest| !rest.is_empty())),
            b'\\' if text.get(i + 1) == Some(&b':') => {
                field.push(b':');
                i += 1;
            }
            _ => field.push(*byte),
        }
        i += 1;
    }
    (field, None)
}

fn read(field: &[u8], is_last: bool, effects: &mut Vec<Effect>) -> Result<(), String> {
    let (key, value) = key_and_value(field);
    let shown = String::from_utf8_lossy(key);
    if key.is_empty() {
        return Err("missing option name".to_owned());
    }
    let known = KNOWN.iter().find(|(name, _, _)| key.eq_ignore_ascii_case(name.as_bytes()));
    let Some((name, takes, must_be_last)) = known else {
        return Err(format!("bad option name: \"{shown}\""));
    };
    match (takes, value) {
        (Takes::Value | Takes::Text, None) => {
            return Err(format!("option \"{shown}\" requires value"));
        }
        (Takes::Nothing, Some(_)) => return Err(format!("option \"{shown}\" requires no value")),
        _ => {}
    }
    if *must_be_last && !is_last {
        return Err(format!("option \"{shown}\" must be at end"));
    }
    if *takes == Takes::Text && may_overflow(value.unwrap_or_default()) {
        effects.push(Effect::MayOverflow);
    }
    act(name, value, effects)
}

/// The word, and what follows it: blanks, one `=` and blanks may stand between them.
fn key_and_value(field: &[u8]) -> (&[u8], Option<&[u8]>) {
    let field = trim(field);
    let end = field.iter().position(|b| b"= \t\r\n".contains(b)).unwrap_or(field.len());
    let (key, rest) = field.split_at(end);
    let rest = skip_blanks(rest);
    let value = rest.strip_prefix(b"=").map_or(rest, skip_blanks);
    (key, Some(value).filter(|v| !v.is_empty()))
}

fn act(name: &str, value: Option<&[u8]>, effects: &mut Vec<Effect>) -> Result<(), String> {
    let value = value.unwrap_or_default();
    let text = String::from_utf8_lossy(value).into_owned();
    let bad = |what: &str, wrong: bool| {
        if wrong { Err(format!("bad {what}: \"{text}\"")) } else { Ok(Effect::Nothing) }
    };
    let effect = match name {
        "allow" => Effect::Allow,
        "deny" => Effect::Deny,
        "twist" => Effect::Twist(text),
        "aclexec" => Effect::Aclexec(text),
        "spawn" => Effect::Spawn(text),
        "group" => Effect::Group(text),
        "user" => {
            let (user, group) = split_at(value, b'.').map_or((value, None), |(u, g)| (u, Some(g)));
            let text = |t| String::from_utf8_lossy(t).into_owned();
            effects.extend(group.map(|group| Effect::Group(text(group))));
            Effect::User(text(user))
        }
        "umask" => bad("umask value", number::octal(value).is_none_or(|mask| mask > 0o777))?,
        "linger" => bad("linger value", number::int(value).is_none_or(|time| time < 0))?,
        "nice" => bad("nice value", !value.is_empty() && number::int(value).is_none())?,
        "rfc931" => {
            let wrong = !value.is_empty() && number::int(value).is_none_or(|time| time <= 0);
            bad("rfc931 timeout", wrong)?;
            Effect::AsksUser
        }
        "severity" => bad("syslog facility or severity", !is_severity(value))?,
        "setenv" if !is_variable(value) => return Err("memory allocation failure".to_owned()),
        _ => Effect::Nothing,
    };
    effects.push(effect);
    Ok(())
}

fn is_severity(value: &[u8]) -> bool {
    let is_of =
        |list: &[&str], word: &[u8]| list.iter().any(|w| w.as_bytes().eq_ignore_ascii_case(word));
    match split_at(value, b'.') {
        Some((facility, level)) => is_of(FACILITIES, facility) && is_of(LEVELS, level),
        None => is_of(LEVELS, value),
    }
}

/// Whether setenv(3) takes the name, which ends at the first blank: it must not be empty or hold `=`. A failure is what
/// libwrap calls "memory allocation failure".
fn is_variable(value: &[u8]) -> bool {
    let value = expand(value);
    let value = trim(&value);
    let end = value.iter().position(|b| b" \t\r\n".contains(b)).unwrap_or(value.len());
    let name = trim(&value[..end]);
    !name.is_empty() && !name.contains(&b'=')
}

/// The text with an `x` for all that a known `%` letter stands for, and nothing for an unknown one.
fn expand(value: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(value.len());
    let mut bytes = value.iter();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.as_slice().first()) {
            (b'%', Some(letter)) => {
                bytes.next();
                text.extend(b"aAcdhHnNprRsu%".contains(letter).then_some(b'x'));
            }
            _ => text.push(*byte),
        }
    }
    text
}

fn may_overflow(value: &[u8]) -> bool {
    let pairs = value.windows(2).filter(|w| matches!(w, [b'%', b'c' | b's'])).count();
    let letters = value.iter().filter(|b| **b == b'%').count();
    value.len() + pairs * PAIR_MAX + letters * SINGLE_MAX > EXPANSION_MAX
}

fn trim(text: &[u8]) -> &[u8] {
    let is_kept = |b: &u8| !number::is_space(*b);
    let start = text.iter().position(is_kept).unwrap_or(text.len());
    let end = text.iter().rposition(is_kept).map_or(start, |i| i + 1);
    &text[start..end]
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| b" \t\r\n".contains(b)).count();
    &text[blanks..]
}
