//! Small steps over bytes.

use std::borrow::Cow;

use memchr::memchr;

/// What stands before a byte, and after it.
pub(super) fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let index = memchr(at, bytes)?;
    Some((bytes.get(..index)?, bytes.get(index + 1..)?))
}

/// A decimal number at the front, at least one digit and in the range of `u32`, and what follows.
pub(super) fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = long_number(bytes)?;
    Some((u32::try_from(number).ok()?, rest))
}

/// The same in the range of `u64`.
pub(super) fn long_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(length);
    let mut value: u64 = 0;
    for digit in digits {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    (length > 0).then_some((value, rest))
}

/// A number of exactly two digits at the front, and what follows.
pub(super) fn two(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] = bytes else { return None };
    Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
}

/// Bytes as text; what is not UTF-8 is replaced.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A name: empty when it is not UTF-8.
pub(super) fn name(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
