//! When a line was written, as far as it says so.

use super::bytes::number;
use super::bytes::split;
use super::bytes::two;

/// Microseconds in a second.
pub const MICROS: i64 = 1_000_000;

const DAY: i64 = 86_400 * MICROS;

/// The time of a log line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stamp {
    /// Microseconds since 1970, UTC.
    Unix(i64),
    /// By the clock on the wall of the host that wrote it, in a zone that is not said.
    Local {
        /// `None` where the format has no year (RFC 3164).
        year: Option<i32>,
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
        /// Microseconds since midnight.
        micros: i64,
    },
    /// Microseconds since the host was started.
    Boot(i64),
}

/// What is needed to understand times that do not say all.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Clock {
    /// Now, in microseconds since 1970, UTC.
    pub now: i64,
    /// By how many seconds the host's wall clock is ahead of UTC.
    pub offset: i32,
    /// When the host was started, in microseconds since 1970; `None` when not known.
    pub booted: Option<i64>,
}

impl Stamp {
    /// A moment as a person or a log writes it: `2026-11-26`, `2026-11-26 10:00`, `2026-11-26T10:00:00Z`, `10:00` of today,
    /// `Nov 26 10:00:00`. `None` when it is none of these.
    pub fn of(text: &str, clock: &Clock) -> Option<Self> {
        let whole = |text: &str| match read_whole(text) {
            None => read_whole(&format!("{text}:00")),
            stamp => stamp,
        };
        whole(text).or_else(|| read_whole(&format!("{text} 00:00:00"))).or_else(|| {
            let now = clock.now.saturating_add(i64::from(clock.offset) * MICROS);
            let midnight = now - now.rem_euclid(DAY);
            let Self::Local { micros, .. } = whole(&format!("1970-01-01 {text}"))? else {
                return None;
            };
            Some(Self::Unix(midnight + micros - i64::from(clock.offset) * MICROS))
        })
    }

    /// Microseconds since 1970. A date without a year is the last one that is not in the future
    /// (by more than a day: clocks differ). A day on which the zone's offset changes may be an hour
    /// off. `None` when the time counts from a start that is not known.
    pub fn unix(self, clock: &Clock) -> Option<i64> {
        match self {
            Self::Unix(micros) => Some(micros),
            Self::Boot(micros) => clock.booted?.checked_add(micros),
            Self::Local { year, month, day, micros } => {
                let offset = i64::from(clock.offset) * MICROS;
                let at = |year| days(year, month, day) * DAY + micros - offset;
                let this_year = year_of((clock.now.saturating_add(offset)).div_euclid(DAY));
                let latest = clock.now.saturating_add(DAY);
                Some(match year {
                    Some(year) => at(year),
                    None if at(this_year) > latest => at(this_year - 1),
                    // On New Year's Eve the writer's clock may be in the next year already.
                    None if at(this_year + 1) <= latest => at(this_year + 1),
                    None => at(this_year),
                })
            }
        }
    }
}

/// A text that is a stamp and nothing else.
fn read_whole(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    let (stamp, rest) = iso(bytes).or_else(|| bsd(bytes))?;
    rest.is_empty().then_some(stamp)
}

/// `Nov 26 08:23:07` or, from `short-precise`, `Nov 26 08:23:07.123456`; and what follows.
pub(super) fn bsd(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (month, day, rest) = month_and_day(line)?;
    let (micros, rest) = time_of_day(rest)?;
    Some((Stamp::Local { year: None, month, day, micros }, rest))
}

/// `Thu Nov 26 08:23:07 2026` (ctime(3): `dmesg -T`, OpenWrt), and what follows.
pub(super) fn ctime(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (month, day, rest) = month_and_day(weekday(line)?)?;
    let (micros, rest) = time_of_day(rest)?;
    let (year, rest) = number(rest.strip_prefix(b" ")?)?;
    let year = Some(i32::try_from(year).ok().filter(|year| *year < 10_000)?);
    Some((Stamp::Local { year, month, day, micros }, rest))
}

/// `Thu 2026-11-26 08:23:07 UTC` (`short-full`), and what follows.
pub(super) fn full(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (stamp, rest) = iso(weekday(line)?)?;
    let (zone, rest) = split(rest.strip_prefix(b" ")?, b' ')?;
    let stamp = if matches!(zone, b"UTC" | b"GMT" | b"Z") { in_zone(stamp, 0) } else { stamp };
    Some((stamp, rest))
}

/// `2026-11-26T08:23:07.123456+00:00`, with or without fraction and zone (`+0000` too, `Z`), the
/// `T` possibly a space; and what follows.
pub(super) fn iso(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (year, rest) = number(line)?;
    let year = i32::try_from(year).ok().filter(|year| *year < 10_000)?;
    let (month, rest) = two(rest.strip_prefix(b"-")?)?;
    let (day, rest) = two(rest.strip_prefix(b"-")?)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else { return None };
    let (micros, rest) = time_of_day(rest)?;
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    let stamp = valid.then_some(Stamp::Local { year: Some(year), month, day, micros })?;
    Some(match rest {
        [b'Z' | b'z', rest @ ..] => (in_zone(stamp, 0), rest),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = two(rest)?;
            let (minutes, rest) = two(rest.strip_prefix(b":").unwrap_or(rest))?;
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
            (in_zone(stamp, if *sign == b'-' { -seconds } else { seconds }), rest)
        }
        _ => (stamp, rest),
    })
}

/// Seconds with a fraction, in microseconds: `12345.678901`; and what follows.
pub(super) fn seconds(line: &[u8]) -> Option<(i64, &[u8])> {
    let (whole, rest) = number(line)?;
    let (micros, rest) = fraction(rest.strip_prefix(b".")?);
    Some((i64::from(whole) * MICROS + micros, rest))
}

/// The same moment, said in a zone that is `offset` seconds ahead of UTC.
fn in_zone(stamp: Stamp, offset: i32) -> Stamp {
    let clock = Clock { offset, ..Clock::default() };
    stamp.unix(&clock).map_or(stamp, Stamp::Unix)
}

fn weekday(line: &[u8]) -> Option<&[u8]> {
    let (day, rest) = line.split_at_checked(4)?;
    let known = [b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun "];
    known.iter().any(|name| *name == day).then_some(rest)
}

fn month_and_day(line: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (name, rest) = line.split_at_checked(4)?;
    let month = match name {
        b"Jan " => 1,
        b"Feb " => 2,
        b"Mar " => 3,
        b"Apr " => 4,
        b"May " => 5,
        b"Jun " => 6,
        b"Jul " => 7,
        b"Aug " => 8,
        b"Sep " => 9,
        b"Oct " => 10,
        b"Nov " => 11,
        b"Dec " => 12,
        _ => return None,
    };
    let (day, rest) = number(rest.strip_prefix(b" ").unwrap_or(rest))?;
    let rest = rest.strip_prefix(b" ")?;
    (1..=31).contains(&day).then_some((month, day, rest))
}

/// `08:23:07`, possibly with a fraction, in microseconds since midnight; and what follows.
fn time_of_day(line: &[u8]) -> Option<(i64, &[u8])> {
    let (hours, rest) = two(line)?;
    let (minutes, rest) = two(rest.strip_prefix(b":")?)?;
    let (seconds, rest) = two(rest.strip_prefix(b":")?)?;
    let (micros, rest) = match rest {
        [b'.' | b',', digits @ ..] => fraction(digits),
        _ => (0, rest),
    };
    // 60: a leap second.
    let valid = hours < 24 && minutes < 60 && seconds <= 60;
    let whole = i64::from(hours * 3600 + minutes * 60 + seconds);
    valid.then_some((whole * MICROS + micros, rest))
}

/// The digits of a fraction of a second, in microseconds; finer digits are dropped.
fn fraction(digits: &[u8]) -> (i64, &[u8]) {
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(length);
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    (padded.fold(0, |value, digit| value * 10 + i64::from(digit - b'0')), rest)
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i32, month: u32, day: u32) -> i64 {
    // Years that begin in March have their leap day at the end.
    let (year, month) = (i64::from(year), i64::from(month));
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// The year that a day since 1970 lies in.
fn year_of(day: i64) -> i32 {
    let guess = i32::try_from(1970 + day.div_euclid(366)).unwrap_or(1970);
    let mut year = guess.clamp(-9_999, 9_999);
    while year < 9_999 && days(year + 1, 1, 1) <= day {
        year += 1;
    }
    year
}
