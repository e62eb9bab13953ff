//! Fields of audit lines: `key=value`, `key="value"`.

use std::str::FromStr;

/// The value of `key="value"`.
pub(super) fn quoted<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    after(text, key)?.strip_prefix('"')?.split_once('"').map(|(value, _)| value)
}

/// The value of `key=value`, up to the next space.
pub(super) fn bare<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    after(text, key)?.split(' ').next().filter(|value| !value.starts_with('"'))
}

/// The value of `key=value` as a number.
pub(super) fn number<T: FromStr>(text: &str, key: &str) -> Option<T> {
    bare(text, key)?.parse().ok()
}

/// What follows the first `key=` that begins a word outside of quotation marks. The kernel writes a
/// value in hexadecimal when it holds a quotation mark.
fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut word = true;
    let mut inside = false;
    for (at, byte) in text.bytes().enumerate() {
        if word
            && !inside
            && let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(key))
            && let Some(value) = rest.strip_prefix('=')
        {
            return Some(value);
        }
        inside ^= byte == b'"';
        word = byte == b' ';
    }
    None
}
