//! What became of the connections of a capture, and the one that is told.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::IpAddr;
use std::net::SocketAddr;

use foldhash::fast::RandomState;

use super::Asked;
use super::Told;
use super::connection::Connection;
use super::round_trip::RoundTrips;
use super::verdict;
use super::verdict::Verdict;

/// Of so few connections each may be the one that is meant.
const FEW: usize = 3;
/// So many clients are named.
const NAMED: usize = 3;
/// More clients than this are not told apart.
const MAX_CLIENTS: usize = 1 << 16;

/// The sum so far.
#[derive(Debug)]
pub(super) struct Sum {
    asked: Asked,
    /// The client and the server, where one connection alone is asked about.
    ends: Option<(SocketAddr, SocketAddr)>,
    /// How long the way is from clients to servers.
    ways: HashMap<(IpAddr, IpAddr), RoundTrips, RandomState>,
    /// How many packets there were.
    pub(super) packets: u64,
    /// How many connections were seen to be of SSH.
    numbered: usize,
    outcomes: BTreeMap<&'static str, usize>,
    /// Whose connections failed, and how often.
    failed: HashMap<IpAddr, usize>,
    /// When the first and the last of them began.
    span: Option<(f64, f64)>,
    chosen: Option<(Connection, Verdict)>,
    /// The first of those on which no server spoke, on any port.
    mute: Vec<Connection>,
    others: usize,
}

impl Sum {
    pub(super) fn new(asked: &Asked) -> Self {
        Self {
            asked: *asked,
            ends: None,
            ways: HashMap::default(),
            packets: 0,
            numbered: 0,
            outcomes: BTreeMap::new(),
            failed: HashMap::new(),
            span: None,
            chosen: None,
            mute: Vec::new(),
            others: 0,
        }
    }

    /// Of the connection alone that has these ends.
    pub(super) fn of_one(client: SocketAddr, server: SocketAddr) -> Self {
        Self { ends: Some((client, server)), ..Self::new(&Asked::default()) }
    }

    /// The number of a connection that was just seen to be of SSH.
    pub(super) fn number(&mut self, connection: &Connection) -> Option<usize> {
        self.is_asked(connection).then(|| {
            self.numbered += 1;
            self.numbered
        })
    }

    fn is_asked(&self, connection: &Connection) -> bool {
        let Asked { from, since, until, .. } = self.asked;
        let ends = (connection.client, connection.server);
        self.ends.is_none_or(|asked| ends == asked)
            && from.is_none_or(|from| connection.client.ip() == from)
            && since.is_none_or(|since| connection.began >= since)
            && until.is_none_or(|until| connection.began < until)
    }

    /// Takes in a connection that is over, and gives back one that is not needed.
    pub(super) fn add(&mut self, connection: Connection) -> Option<Connection> {
        self.measure(&connection);
        if !self.is_asked(&connection) {
            return Some(connection);
        }
        if connection.number.is_none() {
            self.others += 1;
            if !connection.is_mute() || self.mute.len() >= FEW {
                return Some(connection);
            }
            self.mute.push(connection);
            return None;
        }
        let verdict = verdict::of(&connection, connection.round_trips());
        *self.outcomes.entry(verdict.outcome).or_default() += 1;
        if verdict.is_broken {
            let client = connection.client.ip();
            if self.failed.len() < MAX_CLIENTS || self.failed.contains_key(&client) {
                *self.failed.entry(client).or_default() += 1;
            }
            let (first, last) = self.span.unwrap_or((connection.began, connection.began));
            self.span = Some((first.min(connection.began), last.max(connection.began)));
        }
        let is_better = match (&self.chosen, self.asked.number) {
            (_, Some(number)) => connection.number == Some(number),
            (None, None) => true,
            (Some((known, of_known)), None) => {
                let rank = |c: &Connection, v: &Verdict| (!v.is_broken, c.number);
                rank(&connection, &verdict) < rank(known, of_known)
            }
        };
        if is_better {
            return self.chosen.replace((connection, verdict)).map(|(connection, _)| connection);
        }
        Some(connection)
    }

    fn measure(&mut self, connection: &Connection) {
        let way = connection.way();
        if self.ways.len() < MAX_CLIENTS || self.ways.contains_key(&way) {
            self.ways.entry(way).or_default().join(connection.round_trips());
        }
    }

    /// What it comes to.
    pub(super) fn told(mut self) -> Told {
        let mut told = Told { packets: self.packets, ..Told::default() };
        if self.numbered == 0 && self.others <= FEW {
            // A server on a port of its own that never came to speak.
            for mut connection in std::mem::take(&mut self.mute) {
                let server = connection.server;
                told.notes.push(format!("no connection to port 22: told of {server}"));
                connection.number = self.number(&connection);
                self.add(connection);
            }
        }
        told.notes.extend(self.words());
        if let Some((connection, _)) = self.chosen {
            let round_trips = self.ways.get(&connection.way()).copied().unwrap_or_default();
            let verdict = verdict::of(&connection, round_trips);
            told.exchange = Some(connection.exchange());
            told.shown = verdict.shown;
            told.notes.extend(verdict.notes);
        } else if let Some(number) = self.asked.number.filter(|_| self.numbered > 0) {
            told.notes
                .push(format!("there is no connection {number}: {} are there", self.numbered));
        } else if told.packets > 0 {
            told.notes.push(format!("{} packets, none of a connection to SSH", told.packets));
        }
        told
    }

    fn words(&self) -> Vec<String> {
        let count: usize = self.outcomes.values().sum();
        if count < 2 {
            return Vec::new();
        }
        let mut outcomes: Vec<_> = self.outcomes.iter().collect();
        outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let told: Vec<String> =
            outcomes.iter().map(|(words, count)| format!("{count} {words}")).collect();
        let mut words = vec![format!("{count} connections: {}", told.join(", "))];
        let mut failed: Vec<_> = self.failed.iter().collect();
        failed.sort_by_key(|(client, count)| (std::cmp::Reverse(**count), **client));
        let named = failed.iter().take(NAMED).map(|(client, count)| format!("{client} ({count})"));
        let named: Vec<String> = named.collect();
        if let Some((first, last)) = self.span.filter(|_| failed.len() > 1) {
            let seconds = last - first;
            words.push(format!(
                "{} clients met trouble, within {seconds:.0} s; most of it {}",
                failed.len(),
                named.join(", ")
            ));
        }
        words
    }
}
