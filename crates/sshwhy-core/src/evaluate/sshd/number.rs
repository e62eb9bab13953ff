//! Numbers and times as the C library and `misc.c` read them.

use crate::parse::openssh_version::Version;

/// `strtonum(3)`, which takes blanks and a sign first.
pub(super) fn whole(text: &str, most: i64) -> Result<i64, &'static str> {
    let (value, rest) = decimal(text).ok_or("invalid")?;
    if !rest.is_empty() {
        return Err("invalid");
    }
    match value {
        value if value < 0 => Err("too small"),
        value if value > most => Err("too large"),
        value => Ok(value),
    }
}

/// The argument of a keyword that takes a number (`atoi_err`).
pub(super) fn count(text: Option<&str>) -> Result<i64, &'static str> {
    match text {
        None | Some("") => Err("missing"),
        Some(text) => whole(text, i64::from(i32::MAX)),
    }
}

/// `TIME FORMATS`: numbers with a unit after each but perhaps the last (`convtime`). Seconds. Since 10.0 only digits may begin
/// a number, before also blanks and a sign.
pub(super) fn time(text: &str, version: Version) -> Option<i64> {
    let most = i64::from(i32::MAX);
    let mut rest = text;
    let mut total = 0_i64;
    if text.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (seconds, after) = decimal(rest)?;
        if seconds < 0 || version.at_least(10, 0) && !rest.starts_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let unit = after.chars().next();
        let factor = match unit.map(|unit| unit.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 604_800,
            Some(_) => return None,
        };
        total = seconds.checked_mul(factor).filter(|part| *part <= most)?.checked_add(total)?;
        if total > most {
            return None;
        }
        rest = unit.map_or("", |unit| &after[unit.len_utf8()..]);
    }
    Some(total)
}

/// `strtol(3)` with base 10: blanks, a sign, digits; and what follows. What is too large becomes the largest.
pub(super) fn decimal(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let mut value = 0_i64;
    for digit in digits.bytes().take(end) {
        value = value.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    }
    Some((if negative { -value } else { value }, &digits[end..]))
}

/// Numbers between colons, as `sscanf(3)` reads `%d:%d:%d`: those read before something else comes.
pub(super) fn between_colons(text: &str, most: usize) -> Vec<i32> {
    let mut numbers = Vec::new();
    let mut rest = Some(text);
    while let Some((number, after)) = rest.and_then(decimal) {
        #[expect(clippy::cast_possible_truncation, reason = "as the C library does")]
        numbers.push(number as i32);
        rest = after.strip_prefix(':').filter(|_| numbers.len() < most);
    }
    numbers
}

/// `RekeyLimit`: a number with a unit of powers of 1024 (`scan_scaled`).
pub(super) fn scaled(text: &str) -> Option<i64> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let (sign, text) = match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || whole.len() >= 19 {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let Some(letter) = unit.chars().next() else {
        return Some(sign * whole);
    };
    if unit.chars().nth(1).is_some_and(|next| next.is_ascii_alphanumeric()) {
        return None;
    }
    let power = "bkmgtpe".find(letter.to_ascii_lowercase())?;
    let factor = 1_i64.checked_shl(u32::try_from(power).ok()? * 10)?;
    let scaled = whole.checked_mul(factor)?;
    let digits = &fraction[..fraction.len().min(17)];
    let part: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let part = part * i128::from(factor) / 10_i128.pow(u32::try_from(digits.len()).ok()?);
    Some(sign * scaled.saturating_add(i64::try_from(part).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::between_colons;
    use super::scaled;
    use super::time;
    use super::whole;
    use crate::parse::openssh_version::Version;

    #[test]
    fn times() {
        let old = Version::new(9, 2);
        assert_eq!(time("+5", Version::new(10, 0)), None);
        let check =
            |text: &str, expected: Option<i64>| assert_eq!(time(text, old), expected, "{text}");
        check("", None);
        check("-1", None);
        check("x", None);
        check("5x", None);
        check("1h-5", None);
        check("99999999999999999999", None);
        check("3551w", None);
        check("3550w", Some(2_147_040_000));
        check("0", Some(0));
        check("+5", Some(5));
        check("600", Some(600));
        check("1h30m", Some(5400));
        check("1H30", Some(3630));
        check("1w2d3h4m5s", Some(788_645));
    }

    #[test]
    fn counts() {
        let check = |text: &str, expected: Result<i64, &str>| {
            assert_eq!(whole(text, 65_535), expected, "{text}");
        };
        check("", Err("invalid"));
        check("7x", Err("invalid"));
        check("-1", Err("too small"));
        check("65536", Err("too large"));
        check("99999999999999999999", Err("too large"));
        check(" +7", Ok(7));
    }

    #[test]
    fn numbers_between_colons() {
        let check = |text: &str, expected: &[i32]| {
            assert_eq!(between_colons(text, 3), expected, "{text}");
        };
        check("", &[]);
        check("x", &[]);
        check("10:", &[10]);
        check("10:30", &[10, 30]);
        check("10:30:100x", &[10, 30, 100]);
        check("10:30:100:7", &[10, 30, 100]);
        check("10 :30", &[10]);
        check("4294967297", &[1]);
    }

    #[test]
    fn sizes() {
        let check =
            |text: &str, expected: Option<i64>| assert_eq!(scaled(text), expected, "{text}");
        check("x", None);
        check("1.2.3", None);
        check("1Kb", None);
        check("9999999999G", None);
        check("99999999999999999999", None);
        check("1G", Some(1 << 30));
        check("1.5k", Some(1536));
        check("-1k", Some(-1024));
        check("512", Some(512));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ +-]?[0-9.:kKeEhw-]{0,30}\\PC?") {
            let _ = (time(&text, Version::NEWEST), whole(&text, 9), between_colons(&text, 3), scaled(&text));
        }
    }
}
