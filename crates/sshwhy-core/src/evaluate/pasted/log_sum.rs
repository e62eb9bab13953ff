//! What became of the clients of a log: how many met what, who made most of it, and when.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::parse::sshd_log::What;

/// More clients than this are not told apart.
const MAX_CLIENTS: usize = 1 << 20;
/// So many clients are named in a sum.
const NAMED: usize = 3;
/// More hours than this are not told apart.
const MAX_HOURS: usize = 1 << 14;
/// So many days are told one by one.
const MAX_DAYS: usize = 10;
/// So much of a line's head is its hour: `Nov 26 10`, `2026-11-26T10`.
const HOUR: usize = 13;

/// An hour as a log writes it, filled up with zeros.
pub(super) type Hour = [u8; HOUR];

/// Counts of a log.
#[derive(Debug, Default)]
pub(super) struct Sum {
    counts: Vec<(What, u64)>,
    clients: HashMap<IpAddr, u64, RandomState>,
    hours: HashMap<Hour, u64>,
    /// The hour of the line before, which most lines share.
    latest: (Hour, u64),
}

impl Sum {
    /// Counts a line.
    pub(super) fn add(&mut self, what: What, source: Option<IpAddr>, count: u64, hour: Hour) {
        if !counts(what) {
            return;
        }
        add(&mut self.counts, what, count);
        if let Some(source) = source
            && (self.clients.len() < MAX_CLIENTS || self.clients.contains_key(&source))
        {
            *self.clients.entry(source).or_default() += count;
        }
        if what == What::Accepted {
            return;
        }
        if self.latest.0 != hour {
            self.end_hour();
            self.latest = (hour, 0);
        }
        self.latest.1 += count;
    }

    fn end_hour(&mut self) {
        let (hour, count) = std::mem::take(&mut self.latest);
        if count > 0 && (self.hours.len() < MAX_HOURS || self.hours.contains_key(&hour)) {
            *self.hours.entry(hour).or_default() += count;
        }
    }

    /// Takes in what was counted elsewhere.
    pub(super) fn join(&mut self, mut other: Self) {
        other.end_hour();
        for (what, count) in other.counts {
            add(&mut self.counts, what, count);
        }
        for (client, count) in other.clients {
            *self.clients.entry(client).or_default() += count;
        }
        for (hour, count) in other.hours {
            *self.hours.entry(hour).or_default() += count;
        }
    }

    /// How many clients there were.
    pub(super) fn clients(&self) -> usize {
        self.clients.len()
    }

    /// In words.
    pub(super) fn words(mut self) -> Vec<String> {
        self.end_hour();
        let mut outcomes = Vec::new();
        for (what, count) in self.counts {
            outcome(what).into_iter().for_each(|outcome| add(&mut outcomes, outcome, count));
        }
        outcomes.sort_by_key(|(outcome, count)| (std::cmp::Reverse(*count), *outcome));
        let told: Vec<String> = outcomes.iter().map(|(words, n)| format!("{n} {words}")).collect();
        let mut busiest: Vec<_> = self.clients.iter().collect();
        busiest.sort_by_key(|(client, count)| (std::cmp::Reverse(**count), **client));
        let named = busiest.iter().take(NAMED).map(|(client, n)| format!("{client} ({n})"));
        let named: Vec<String> = named.collect();
        let mut words = vec![
            format!("{} clients: {}", self.clients.len(), told.join(", ")),
            format!("most of it from {}", named.join(", ")),
        ];
        words.extend(over_time(&self.hours));
        words
    }
}

/// Adds to a count of few kinds.
fn add<K: PartialEq>(counts: &mut Vec<(K, u64)>, kind: K, count: u64) {
    match counts.iter_mut().find(|(own, _)| *own == kind) {
        Some((_, known)) => *known += count,
        None => counts.push((kind, count)),
    }
}

/// What failed by the hour, or by the day, or when most did.
fn over_time(hours: &HashMap<Hour, u64>) -> Option<String> {
    if hours.len() < 2 {
        return None;
    }
    let day = |hour: &Hour| hour.get(..if hour[4] == b'-' { 10 } else { 6 }).map(<[u8]>::to_vec);
    let mut days: BTreeMap<(u8, Vec<u8>), u64> = BTreeMap::new();
    for (hour, count) in hours {
        let day = day(hour)?;
        *days.entry((month(&day), day)).or_default() += count;
    }
    // A log that goes on in January does not begin there.
    let turns = days.keys().any(|(m, _)| *m == 1) && days.keys().any(|(m, _)| *m == 12);
    let mut days: Vec<_> = days.into_iter().collect();
    days.sort_by_key(|((m, day), _)| (turns && *m < 7, *m, day.clone()));
    let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_matches('\0').replace('T', " ");
    let told: Vec<String> = match days.as_slice() {
        [((_, day), _)] => {
            let mut hours: Vec<_> = hours.iter().collect();
            hours.sort();
            let words = |(hour, count): &(&Hour, &u64)| {
                let hour = plain(hour.as_slice());
                format!("{}h {count}", hour.rsplit(' ').next().unwrap_or_default())
            };
            let told = hours.iter().map(words).collect::<Vec<_>>().join(", ");
            return Some(format!("what failed on {}, by the hour: {told}", plain(day)));
        }
        few if few.len() <= MAX_DAYS => {
            few.iter().map(|((_, day), count)| format!("{} {count}", plain(day))).collect()
        }
        many => {
            let ((_, day), count) = many.iter().max_by_key(|(_, count)| *count)?;
            let all = many.len();
            return Some(format!("what failed on {all} days, most on {} ({count})", plain(day)));
        }
    };
    Some(format!("what failed, by the day: {}", told.join(", ")))
}

/// The month of a day, from 1; the same for all where years are written.
fn month(day: &[u8]) -> u8 {
    const NAMES: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let place = NAMES.chunks(3).position(|name| day.starts_with(name));
    place.map_or(0, |place| place as u8 + 1)
}

/// The hour that a line begins with, or nothing.
pub(super) fn hour(line: &[u8]) -> Hour {
    let mut hour = Hour::default();
    // `Nov 26 10:00:00` and `2026-11-26T10:00:00`: up to the first colon.
    let length = match line {
        [_, _, _, b' ', _, _, b' ', _, _, b':', ..] => 9,
        [_, _, _, _, b'-', _, _, b'-', _, _, _, _, _, b':', ..] => HOUR,
        _ => return hour,
    };
    if let (Some(to), Some(from)) = (hour.get_mut(..length), line.get(..length)) {
        to.copy_from_slice(from);
    }
    hour
}

/// Whether a line of this kind is counted.
pub(super) fn counts(what: What) -> bool {
    outcome(what).is_some()
}

fn outcome(what: What) -> Option<&'static str> {
    Some(match what {
        What::Accepted => "logins",
        What::Failed => "failed attempts to log in",
        What::InvalidUser => "attempts with a user that does not exist",
        What::RefusedConnect => "refused by TCP wrappers",
        What::StartupsDrop => "dropped by MaxStartups",
        What::PenaltyDrop => "dropped for a penalty",
        What::LeftEarly | What::Scanner => "gone without a word of SSH (scanners, health checks)",
        What::NotSsh => "that did not speak SSH",
        What::Negotiation => "without a common algorithm",
        What::TooManyFailures => "ended after too many failures",
        What::ResetByPeer => "reset by the client",
        _ => return None,
    })
}
