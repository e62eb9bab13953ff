//! The modules string and time.

use std::borrow::Cow;

use super::Match;
use super::Parser;
use super::Word;

pub(super) fn text<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let option = word.option();
    let (not, value) = if option == "--icase" { (not, None) } else { parser.value(not) };
    let plain = value.and_then(Word::plain).unwrap_or_default();
    let Some(Match::Text(text)) = parser.last() else { return false };
    match option {
        "--icase" => text.ignore_case = true,
        "--algo" => {}
        "--from" => text.from = plain.parse().unwrap_or(0),
        "--to" => text.to = plain.parse().ok(),
        "--string" | "--hex-string" => {
            let pattern = value.map(Word::text).unwrap_or_default();
            text.not = not;
            text.pattern = if option == "--string" {
                match pattern {
                    Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                    Cow::Owned(text) => Cow::Owned(text.into_bytes()),
                }
            } else {
                Cow::Owned(hex_string(&pattern))
            };
        }
        _ => return false,
    }
    true
}

/// `abc|0d 0a|def`.
fn hex_string(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (i, part) in text.split('|').enumerate() {
        if i % 2 == 0 {
            bytes.extend_from_slice(part.as_bytes());
            continue;
        }
        let digits: Vec<u8> =
            part.chars().filter_map(|c| c.to_digit(16)?.try_into().ok()).collect();
        bytes.extend(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |n, d| n << 4 | d)));
    }
    bytes
}

pub(super) fn time<'a>(parser: &mut Parser<'_, 'a>, word: Word<'a>, not: bool) -> bool {
    let option = word.option();
    let has_value = matches!(
        option,
        "--timestart"
            | "--timestop"
            | "--monthdays"
            | "--weekdays"
            | "--days"
            | "--datestart"
            | "--datestop"
    );
    let (not, value) = if has_value { parser.value(not) } else { (not, None) };
    let text = value.and_then(Word::plain).unwrap_or_default();
    let Some(Match::Time(time)) = parser.last() else { return false };
    let read = match option {
        "--timestart" => clock(text).map(|second| time.day_from = second),
        "--timestop" => clock(text).map(|second| time.day_to = second),
        "--datestart" => date(text).map(|second| time.from = second),
        "--datestop" => date(text).map(|second| time.to = second),
        "--monthdays" => month_days(text).map(|days| {
            time.month_days = if not { !days & 0xffff_fffe } else { days };
        }),
        "--weekdays" | "--days" => week_days(text).map(|days| {
            time.week_days = if not { !days & 0x7f } else { days };
        }),
        "--utc" => Some(()),
        // The kernel's own time zone, or days that end later than they begin.
        "--kerneltz" | "--localtz" | "--contiguous" => None,
        _ => return false,
    };
    time.unclear |= read.is_none();
    true
}

fn clock(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut next = |limit: u32| match parts.next() {
        None => Some(0),
        Some(part) => part.parse().ok().filter(|n| *n < limit),
    };
    Some(next(24)? * 3600 + next(60)? * 60 + next(60)?)
}

/// `2038-01-19T03:14:07`, in seconds since 1970, UTC.
fn date(text: &str) -> Option<i64> {
    let (day, clock_text) = text.split_once('T').unwrap_or((text, "0"));
    let mut parts = day.split('-').map(|part| part.parse::<i64>().ok());
    let year = parts.next()??;
    let month = parts.next().unwrap_or(Some(1))?;
    let day = parts.next().unwrap_or(Some(1))?;
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from civil (the year begins in March, so that the leap day is its last).
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some((days - 719_468) * 86_400 + i64::from(clock(clock_text)?))
}

fn month_days(text: &str) -> Option<u32> {
    text.split(',').try_fold(0, |days, part| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let day: u32 = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
        Some(days | 1 << day)
    })
}

fn week_days(text: &str) -> Option<u8> {
    const NAMES: [&str; 7] = ["su", "mo", "tu", "we", "th", "fr", "sa"];
    text.split(',').try_fold(0, |days, part| {
        let by_name = NAMES
            .iter()
            .position(|name| part.get(..2).is_some_and(|begin| begin.eq_ignore_ascii_case(name)));
        // Numbers begin with Monday, 1; Sunday is 7.
        let day = match by_name {
            Some(day) => day,
            None => part.parse::<usize>().ok().filter(|day| (1..=7).contains(day))? % 7,
        };
        Some(days | 1 << day)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_iptables() {
        assert_eq!(date("1970-01-01T00:00:00"), Some(0));
        assert_eq!(date("2038-01-19T03:14:07"), Some(0x7fff_ffff));
        assert_eq!(date("2000-02-29"), Some(951_782_400));
        assert_eq!(date("2000-13-01"), None);
        assert_eq!(clock("23:59:59"), Some(86_399));
        assert_eq!(clock("24:00"), None);
        assert_eq!(week_days("Mon,Sun"), Some(3));
        assert_eq!(week_days("1,7"), Some(3));
        assert_eq!(month_days("1,2nd,31"), Some(1 << 1 | 1 << 2 | 1 << 31));
        assert_eq!(month_days("32"), None);
    }

    #[test]
    fn hexadecimal_text() {
        assert_eq!(hex_string("a|0d 0A|b"), b"a\r\nb");
        assert_eq!(hex_string("|0|é|zz"), "é".as_bytes());
    }
}
