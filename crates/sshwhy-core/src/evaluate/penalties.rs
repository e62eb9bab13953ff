//! `PerSourcePenalties`: what sshd holds against a source, replayed from what its log says (`srclimit.c`, since 9.8).
//!
//! sshd keeps this in the memory of its listener and tells nobody; a restart forgets it. The replay is as complete as the
//! list of events.

use std::net::IpAddr;

use super::sshd::Effective;
use super::sshd::lists_address;
use super::startups::SourceLimit;
use crate::parse::openssh_version::Version;

/// What a connection did that is penalised.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Offence {
    /// It made sshd crash.
    Crash,
    /// It failed to authenticate.
    AuthFail,
    /// It did not try to authenticate.
    NoAuth,
    /// It did not authenticate within `LoginGraceTime`.
    GraceExceeded,
    /// `RefuseConnection` refused it (since 9.9).
    RefuseConnection,
    /// It named a user that does not exist (since 10.3; before that it counts as [`Offence::AuthFail`]).
    InvalidUser,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When, in seconds from any origin.
    pub at: f64,
    /// From where.
    pub source: IpAddr,
    /// What.
    pub offence: Offence,
}

/// How sshd penalises. Times in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    version: Version,
    times: Vec<(String, f64)>,
    /// More than this must have added up before a source is refused.
    min: f64,
    /// No more than this adds up.
    max: f64,
    max_sources: [usize; 2],
    deny_all: [bool; 2],
    exempt: String,
    blocks: SourceLimit,
}

/// What becomes of a new connection of a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// Nothing is held against it.
    Free,
    /// Something is, though not enough to refuse it, until then.
    Deferred {
        /// When it is forgotten.
        until: f64,
    },
    /// It is refused.
    Penalised {
        /// The last moment at which it is.
        until: f64,
        /// What it did last.
        offence: Offence,
    },
    /// All are refused: too many sources are penalised, and `overflow:deny-all` is set.
    TableFull,
}

struct Entry {
    block: (IpAddr, u8),
    expiry: f64,
    active: bool,
    offence: Offence,
}

impl Policy {
    /// What the configuration says; `None` when nothing is penalised.
    #[must_use]
    pub fn of(effective: &Effective, version: Version) -> Option<Self> {
        let text = effective.value_or_default("persourcepenalties");
        if !version.at_least(9, 8) || text.is_empty() || text == "no" {
            return None;
        }
        let parts: Vec<(&str, &str)> =
            text.split(' ').filter_map(|part| part.split_once(':')).collect();
        let part = |name: &str| parts.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let seconds = |name: &str, default: f64| {
            part(name).and_then(|value| value.parse().ok()).unwrap_or(default)
        };
        let sources = |name| part(name).and_then(|value| value.parse().ok()).unwrap_or(65_536);
        Some(Self {
            version,
            times: parts
                .iter()
                .filter_map(|(name, value)| Some(((*name).to_owned(), value.parse().ok()?)))
                .collect(),
            min: seconds("min", 15.0),
            max: seconds("max", 600.0),
            max_sources: [sources("max-sources4"), sources("max-sources6")],
            deny_all: [part("overflow") == Some("deny-all"), part("overflow6") == Some("deny-all")],
            exempt: effective.value_or_default("persourcepenaltyexemptlist").to_owned(),
            blocks: SourceLimit::of(effective),
        })
    }

    /// How many seconds an offence costs; `None` when this release does not penalise it.
    #[must_use]
    pub fn seconds(&self, offence: Offence) -> Option<f64> {
        let name = match offence {
            Offence::Crash => "crash",
            Offence::NoAuth => "noauth",
            Offence::GraceExceeded => "grace-exceeded",
            Offence::RefuseConnection => "refuseconnection",
            Offence::InvalidUser if self.version.at_least(10, 3) => "invaliduser",
            Offence::AuthFail | Offence::InvalidUser => "authfail",
        };
        self.times.iter().find(|(own, _)| own == name).map(|(_, seconds)| *seconds)
    }

    /// Whether a source is never penalised.
    #[must_use]
    pub fn exempts(&self, source: IpAddr) -> bool {
        self.exempt != "none" && lists_address(&self.exempt, source)
    }

    /// How a source stands at a moment after all these events, which must be in order of time.
    #[must_use]
    pub fn replay(&self, events: &[Event], source: IpAddr, now: f64) -> Standing {
        let mut table: Vec<Entry> = Vec::new();
        let family = |address: IpAddr| usize::from(address.is_ipv6());
        for event in events.iter().filter(|event| family(event.source) == family(source)) {
            self.penalise(&mut table, event);
        }
        if self.exempts(source) {
            return Standing::Free;
        }
        table.retain(|entry| entry.expiry >= now);
        let family = family(source);
        if table.len() >= self.max_sources[family] && self.deny_all[family] {
            return Standing::TableFull;
        }
        let block = self.blocks.block(source);
        match table.iter().find(|entry| entry.block == block) {
            None => Standing::Free,
            Some(entry) if entry.active => {
                Standing::Penalised { until: entry.expiry, offence: entry.offence }
            }
            Some(entry) => Standing::Deferred { until: entry.expiry },
        }
    }

    fn penalise(&self, table: &mut Vec<Entry>, event: &Event) {
        let (now, offence) = (event.at, event.offence);
        let Some(seconds) = self.seconds(offence).filter(|_| !self.exempts(event.source)) else {
            return;
        };
        table.retain(|entry| entry.expiry >= now);
        let family = usize::from(event.source.is_ipv6());
        let most = self.max_sources[family];
        if table.len() >= most && self.deny_all[family] {
            return;
        }
        let block = self.blocks.block(event.source);
        if let Some(entry) = table.iter_mut().find(|entry| entry.block == block) {
            entry.expiry = (entry.expiry + seconds).min(now + self.max);
            entry.active |= entry.expiry - now > self.min;
            entry.offence = offence;
            return;
        }
        // The first penalty is not held against the maximum.
        let active = seconds > self.min;
        table.push(Entry { block, expiry: now + seconds, active, offence });
        while table.len() > most {
            let soonest =
                (0..table.len()).min_by(|a, b| table[*a].expiry.total_cmp(&table[*b].expiry));
            table.swap_remove(soonest.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests;
