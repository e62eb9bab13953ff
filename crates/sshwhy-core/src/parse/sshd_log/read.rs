//! Readers of what varies in a message.

use std::net::IpAddr;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Said;

/// A line is cut off at 500 bytes on its way to syslog (OpenSSH log.c), and what stands at the end of
/// such a line may not be its end. A rest of this length comes of a line that may have been cut.
const CUT_OFF: usize = 400;

/// The rest does not matter.
pub(super) fn nothing<'a>(_: &mut Said<'a>, _: &'a str) -> bool {
    true
}

/// The rest is the detail.
pub(super) fn detail<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    said.detail = rest;
    true
}

/// `REMOTE-ID` up to the end: `[authenticating user U |invalid user U |user U ]ADDRESS[ port N]`
/// (OpenSSH packet.c, `sshpkt_fmt_connection_id`). The user is the client's own words, so that the
/// address is taken from the end.
pub(super) fn remote<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let (before, source, port) = address_at_end(rest);
    said.source = source;
    said.port = port;
    preamble(said, before);
    true
}

/// `REMOTE-ID: TEXT`.
pub(super) fn remote_and_text<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    // Without a user in front nothing of the client's stands before its address.
    if let Some((address, after)) = rest.split_once(' ')
        && let Some(source) = address_of(address)
        && let Some((port, text)) = after.strip_prefix("port ").and_then(|a| a.split_once(": "))
    {
        (said.source, said.port, said.detail) = (Some(source), port.parse().ok(), text);
        return true;
    }
    if let Some((address, text)) = rest.split_once(": ")
        && let Some(source) = address_of(address)
    {
        (said.source, said.detail) = (Some(source), text);
        return true;
    }
    let Some(found) = found(rest, "", ": ") else { return false };
    let Some(place) = found.only(|_| false) else { return true };
    (said.source, said.port, said.detail) = (Some(place.source), Some(place.port), place.after);
    preamble(said, place.before);
    true
}

/// `U from ADDRESS[ port N]`, possibly after `invalid user `.
pub(super) fn user_from<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let (before, source, port) = address_at_end(rest);
    let Some(user) = before.strip_suffix(" from").or(before.strip_suffix("from")) else {
        return false;
    };
    (said.source, said.port) = (source, port);
    user_name(said, user);
    true
}

/// `METHOD for [invalid user ]U from ADDRESS port N ssh2[: KEY]` (OpenSSH auth.c, `auth_log`). The
/// user and a certificate's name are the client's own words.
pub(super) fn attempt<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((method, rest)) = split_at_words(rest, " for ") else { return false };
    said.method = Some(method);
    user_from_ssh2(said, rest)
}

/// `[invalid user ]U from ADDRESS port N ssh2[: KEY]`.
pub(super) fn user_from_ssh2<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some(found) = found(rest, "from ", " ssh2") else { return user_from(said, rest) };
    let is_whole = rest.len() < CUT_OFF;
    let ends_there = |after: &str| {
        let key = after.strip_prefix(": ").unwrap_or(after);
        is_whole && (key.is_empty() || key.split(' ').count() == 2)
    };
    let Some(place) = found.only(ends_there) else { return true };
    (said.source, said.port) = (Some(place.source), Some(place.port));
    said.key = place.after.strip_prefix(": ").filter(|key| !key.is_empty());
    user_name(said, place.before);
    true
}

/// Something, then `connection from ADDRESS to ADDRESS`, then words: what the listener calls a
/// connection from 9.8 on.
pub(super) fn of_connection<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let Some((_, rest)) = rest.split_once("connection from ") else { return false };
    let Some((from, rest)) = rest.split_once(" to ") else { return false };
    end_point(said, from);
    said.detail = rest.split_once([' ', ',']).map_or("", |(_, detail)| detail.trim_start());
    true
}

/// `ADDRESS port N` at the front, and whatever follows.
pub(super) fn address_first<'a>(said: &mut Said<'a>, rest: &'a str) -> bool {
    let (address, after) = rest.split_once(' ').unwrap_or((rest, ""));
    said.source = address_of(address.trim_end_matches([':', ',', '.']));
    let port = after.strip_prefix("port ").unwrap_or_default();
    said.port = leading_number(port);
    said.source.is_some()
}

/// Sets address and port from `[ADDRESS]:PORT`, `ADDRESS:PORT`, `ADDRESS port PORT` or `ADDRESS`.
pub(super) fn end_point(said: &mut Said<'_>, text: &str) {
    let text = text.trim();
    if let Some(source) = address_of(text) {
        said.source = Some(source);
        return;
    }
    let (address, port) = match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        Some((address, port)) => (address, port.trim_start_matches(':')),
        None => text.split_once(" port ").or_else(|| text.rsplit_once(':')).unwrap_or((text, "")),
    };
    (said.source, said.port) = (address_of(address), port.parse().ok());
}

/// Sets the user, and whether sshd calls it invalid.
pub(super) fn user_name<'a>(said: &mut Said<'a>, text: &'a str) {
    let invalid = text.strip_prefix("invalid user ").or(text.strip_prefix("illegal user "));
    said.user_invalid = invalid.is_some();
    said.user = Some(invalid.unwrap_or(text).trim_end());
}

/// What stands before the address in a REMOTE-ID.
fn preamble<'a>(said: &mut Said<'a>, text: &'a str) {
    let text = text.trim_end();
    if text.is_empty() {
        return;
    }
    // The privileged half forgets a space: `authenticatinguser U`.
    let kinds = ["authenticating user ", "authenticatinguser ", "user "];
    match kinds.iter().find_map(|kind| text.strip_prefix(kind)) {
        Some(user) => said.user = Some(user),
        None => user_name(said, text),
    }
}

/// Splits `… ADDRESS[ port N]` from its end: what stands before, the address, the port. The address
/// may be a name or `UNKNOWN`; then there is none.
pub(super) fn address_at_end(text: &str) -> (&str, Option<IpAddr>, Option<u16>) {
    let (text, port) = match last_word(text) {
        Some((before, port)) if port.parse::<u32>().is_ok() => match before.strip_suffix(" port") {
            Some(before) => (before, port.parse().ok()),
            None => (text, None),
        },
        _ => (text, None),
    };
    let (before, address) = last_word(text).unwrap_or(("", text));
    (before, address_of(address), port)
}

/// What stands before the last word, and that word.
fn last_word(text: &str) -> Option<(&str, &str)> {
    let at = memchr::memrchr(b' ', text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// An address, also one with a scope (`fe80::1%eth0`), or IPv4 in the form of IPv6.
pub(super) fn address_of(text: &str) -> Option<IpAddr> {
    let address = |text: &str| text.parse::<IpAddr>().ok();
    let found = address(text).or_else(|| address(text.split_once('%')?.0));
    found.map(|address| address.to_canonical())
}

/// A place in a text that reads `ADDRESS port N`.
struct At<'a> {
    before: &'a str,
    source: IpAddr,
    port: u16,
    after: &'a str,
}

/// The places in a text that read `START ADDRESS port N END`.
struct Found<'a> {
    last: At<'a>,
    /// Whether all name the same client.
    agree: bool,
}

fn found<'a>(text: &'a str, start: &str, end: &str) -> Option<Found<'a>> {
    let place = |at: usize| {
        let (before, rest) = (text.get(..at)?, text.get(at + " port ".len()..)?);
        let (before, address) = last_word(before).unwrap_or(("", before));
        // `from` is the word before, or the text begins with it: the user may be empty.
        let word = start.trim_end();
        let before = if word.is_empty() {
            before
        } else {
            before.strip_suffix(word).filter(|b| b.is_empty() || b.ends_with(' '))?.trim_end()
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (port, after) = rest.split_at_checked(digits)?;
        let after = after.strip_prefix(end)?;
        Some(At { before, source: address_of(address)?, port: port.parse().ok()?, after })
    };
    static PORT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" port "));
    PORT.find_iter(text.as_bytes()).filter_map(place).fold(
        None,
        |before: Option<Found<'a>>, last| {
            let is_same = |other: &At<'_>| (other.source, other.port) == (last.source, last.port);
            let agree = before.is_none_or(|before| before.agree && is_same(&before.last));
            Some(Found { last, agree })
        },
    )
}

impl<'a> Found<'a> {
    /// The place that is meant. Of several, the last one if what follows it can only be the end of a line; otherwise one and
    /// all when they agree; otherwise none.
    fn only(&self, ends: impl Fn(&str) -> bool) -> Option<&At<'a>> {
        (self.agree || ends(self.last.after)).then_some(&self.last)
    }
}

/// What stands before words that begin with a space, and after them. They stand near the front: a search that is made for long
/// texts would cost more.
fn split_at_words<'a>(text: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    let mut spaces = memchr::memchr_iter(b' ', text.as_bytes());
    let at = spaces.find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(words)))?;
    Some((text.get(..at)?, text.get(at + words.len()..)?))
}

/// A number at the front.
pub(super) fn leading_number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..digits)?.parse().ok()
}

/// `file.c:function():line (bin=NAME, pid=N): ` in front of a text, as LogVerbose puts it.
pub(super) fn without_place(text: &str) -> &str {
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    let stripped = || {
        let (_, rest) = text.split_at(text.find(is_other)?);
        let rest = rest.strip_prefix(".c:")?;
        let (_, rest) = rest.split_at(rest.find(is_other)?);
        let (_, rest) = rest.strip_prefix("():")?.split_once(": ")?;
        Some(rest)
    };
    stripped().unwrap_or(text)
}

/// The text after `function: `, or after a unit's name.
pub(super) fn without_function(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once(": ")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    (!name.is_empty() && name.chars().all(is_name)).then_some(rest)
}

/// Whether a text ends in an error that says that something is used up.
pub(super) fn is_shortage(text: &str) -> bool {
    const ERRORS: &[&str] = &[
        "Too many open files",
        "Too many open files in system",
        "Cannot allocate memory",
        "Resource temporarily unavailable",
        "No space left on device",
        "Disk quota exceeded",
        "No buffer space available",
    ];
    let text = text.trim_end_matches('.');
    ERRORS.iter().any(|error| text.ends_with(error))
}
