//! What two KEXINITs agree on (RFC 4253 section 7.1), and the smallest change where they have nothing in common.
//!
//! Must never say that a change is wise: it names the change, and what is weak about it is said elsewhere.

use std::collections::BTreeSet;

use super::algorithm::Fact;
use super::algorithm::Purpose;
use super::algorithm::Release;
use super::algorithm::is_aead;
use super::algorithm::is_pseudo;
use super::algorithm::strongest;
use super::kexinit::KexInit;

/// One of the eight choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// The key exchange method.
    Kex,
    /// The host key algorithm.
    HostKey,
    /// The cipher from client to server.
    CipherC2s,
    /// The cipher from server to client.
    CipherS2c,
    /// The MAC from client to server.
    MacC2s,
    /// The MAC from server to client.
    MacS2c,
    /// The compression from client to server.
    CompressionC2s,
    /// The compression from server to client.
    CompressionS2c,
}

impl Choice {
    /// All, in the order in which OpenSSH's client makes them (`kex_choose_conf`): it stops at the first that fails.
    pub const ALL: [Self; 8] = [
        Self::Kex,
        Self::HostKey,
        Self::CipherS2c,
        Self::MacS2c,
        Self::CompressionS2c,
        Self::CipherC2s,
        Self::MacC2s,
        Self::CompressionC2s,
    ];

    /// What is chosen.
    #[must_use]
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Kex => Purpose::Kex,
            Self::HostKey => Purpose::HostKey,
            Self::CipherC2s | Self::CipherS2c => Purpose::Cipher,
            Self::MacC2s | Self::MacS2c => Purpose::Mac,
            Self::CompressionC2s | Self::CompressionS2c => Purpose::Compression,
        }
    }

    /// The words of OpenSSH's `no matching … found. Their offer: …`.
    #[must_use]
    pub fn openssh_words(self) -> &'static str {
        match self.purpose() {
            Purpose::Kex => "key exchange method",
            Purpose::HostKey => "host key type",
            Purpose::Cipher => "cipher",
            Purpose::Mac => "MAC",
            Purpose::Compression => "compression method",
        }
    }

    fn list(self, init: &KexInit) -> &[String] {
        match self {
            Self::Kex => &init.kex,
            Self::HostKey => &init.host_key,
            Self::CipherC2s => &init.cipher_c2s,
            Self::CipherS2c => &init.cipher_s2c,
            Self::MacC2s => &init.mac_c2s,
            Self::MacS2c => &init.mac_s2c,
            Self::CompressionC2s => &init.compression_c2s,
            Self::CompressionS2c => &init.compression_s2c,
        }
    }
}

/// What came of one choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Both can do this one, and the client prefers it.
    Agreed(String),
    /// Nothing is in common.
    Nothing(NoMatch),
    /// No MAC is chosen, since the cipher of that direction authenticates.
    NotNeeded,
}

/// Two lists with nothing in common, without pseudo algorithms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoMatch {
    /// What the client offers.
    pub client: Vec<String>,
    /// What the server offers.
    pub server: Vec<String>,
    /// The smallest change that makes them meet; `None` when no OpenSSH can do what the other side wants.
    pub change: Option<Change>,
}

/// One line of configuration that adds one algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where the line goes.
    pub side: Side,
    /// The keyword.
    pub keyword: &'static str,
    /// Where in the list it goes.
    pub place: Place,
    /// The algorithm.
    pub algorithm: &'static str,
}

/// Where an algorithm is added to the list that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `^`: before all others.
    First,
    /// `+`: after all others.
    Last,
}

impl Change {
    /// The line, e.g. `KexAlgorithms +diffie-hellman-group14-sha1`.
    #[must_use]
    pub fn line(&self) -> String {
        let sign = match self.place {
            Place::First => '^',
            Place::Last => '+',
        };
        format!("{} {sign}{}", self.keyword, self.algorithm)
    }
}

/// Which side of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The client: a `Host` block of `ssh_config(5)`.
    Client,
    /// The server: the global part of `sshd_config(5)`.
    Server,
}

/// What is known of the client beyond what it offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// Its release of OpenSSH; `None` is taken for the newest.
    pub release: Option<Release>,
    /// All names that `ssh -Q` lists for kex, key-sig, cipher and mac; empty when it was not asked.
    pub queried: BTreeSet<String>,
}

impl Client {
    fn can(&self, fact: &Fact) -> bool {
        if self.queried.is_empty() {
            fact.client_can(self.release)
        } else {
            self.queried.contains(fact.name)
        }
    }

    /// `^` at the head of a list came with 8.0.
    fn can_put_first(&self) -> bool {
        self.release.is_none_or(|release| release >= Release(8, 0))
    }
}

/// The eight outcomes, in the order of `Choice::ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiation {
    /// Each choice with its outcome.
    pub outcomes: Vec<(Choice, Outcome)>,
}

impl Negotiation {
    /// Works out what the two sides would agree on.
    #[must_use]
    pub fn of(client_init: &KexInit, server_init: &KexInit, client: &Client) -> Self {
        let mut outcomes = Vec::with_capacity(Choice::ALL.len());
        for choice in Choice::ALL {
            let outcome = match choice {
                Choice::MacC2s if authenticates(&outcomes, Choice::CipherC2s) => Outcome::NotNeeded,
                Choice::MacS2c if authenticates(&outcomes, Choice::CipherS2c) => Outcome::NotNeeded,
                _ => outcome(choice, client_init, server_init, client),
            };
            outcomes.push((choice, outcome));
        }
        Self { outcomes }
    }

    /// The outcome of one choice.
    #[must_use]
    pub fn outcome(&self, choice: Choice) -> Option<&Outcome> {
        self.outcomes.iter().find(|(of, _)| *of == choice).map(|(_, outcome)| outcome)
    }

    /// The algorithm that both agree on, if they do.
    #[must_use]
    pub fn agreed(&self, choice: Choice) -> Option<&str> {
        match self.outcome(choice)? {
            Outcome::Agreed(name) => Some(name),
            Outcome::Nothing(_) | Outcome::NotNeeded => None,
        }
    }

    /// All choices in which nothing is in common; the first is the one that `ssh` names.
    pub fn failures(&self) -> impl Iterator<Item = (Choice, &NoMatch)> {
        self.outcomes.iter().filter_map(|(choice, outcome)| match outcome {
            Outcome::Nothing(no_match) => Some((*choice, no_match)),
            Outcome::Agreed(_) | Outcome::NotNeeded => None,
        })
    }
}

fn authenticates(outcomes: &[(Choice, Outcome)], cipher: Choice) -> bool {
    let aead = |outcome: &Outcome| matches!(outcome, Outcome::Agreed(name) if is_aead(name));
    outcomes.iter().any(|(choice, outcome)| *choice == cipher && aead(outcome))
}

fn outcome(choice: Choice, client: &KexInit, server: &KexInit, of: &Client) -> Outcome {
    let (ours, theirs) = (choice.list(client), choice.list(server));
    let theirs_set: BTreeSet<&str> = theirs.iter().map(String::as_str).collect();
    let common = ours.iter().find(|name| !is_pseudo(name) && theirs_set.contains(name.as_str()));
    match common {
        Some(name) => Outcome::Agreed(name.clone()),
        None => {
            let algorithms = |list: &[String]| -> Vec<String> {
                list.iter().filter(|name| !is_pseudo(name)).cloned().collect()
            };
            let change = change(choice, client, server, of);
            let (client, server) = (algorithms(ours), algorithms(theirs));
            Outcome::Nothing(NoMatch { client, server, change })
        }
    }
}

/// The client is changed where it can be: that is one `Host` block, while lists of a server hold for everybody.
fn change(choice: Choice, client: &KexInit, server: &KexInit, of: &Client) -> Option<Change> {
    let purpose = choice.purpose();
    // No keyword adds a compression method; `Compression` only orders what is there.
    if purpose == Purpose::Compression {
        return None;
    }
    let addable = |purpose, names: &[String]| {
        strongest(purpose, names, |fact| of.can(fact)).map(|fact| fact.name)
    };
    if purpose == Purpose::Mac && of.can_put_first() {
        // A cipher that authenticates makes the weak MAC unnecessary, where the client prefers it.
        let cipher = if choice == Choice::MacC2s { Choice::CipherC2s } else { Choice::CipherS2c };
        let aead: Vec<String> =
            cipher.list(server).iter().filter(|name| is_aead(name)).cloned().collect();
        if let Some(algorithm) = addable(Purpose::Cipher, &aead) {
            let keyword = Purpose::Cipher.keyword();
            return Some(Change { side: Side::Client, keyword, place: Place::First, algorithm });
        }
    }
    let (side, algorithm) = match addable(purpose, choice.list(server)) {
        Some(algorithm) => (Side::Client, algorithm),
        None => {
            // A server without a host certificate gains nothing from a certificate's algorithm.
            let newest = |fact: &Fact| fact.client_can(None) && !fact.name.contains("-cert-v01@");
            (Side::Server, strongest(purpose, choice.list(client), newest)?.name)
        }
    };
    Some(Change { side, keyword: purpose.keyword(), place: Place::Last, algorithm })
}

#[cfg(test)]
mod tests;
