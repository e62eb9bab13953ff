//! How far packets get: what each hop of the way answers to packets whose life ends there.

use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The hops of a way, from the first on.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Trace {
    /// Which of our packets it is that gets no farther.
    pub what: Lost,
    /// Each hop up to the last one that was tried.
    pub hops: Vec<Hop>,
    /// The hop that the server is, where it answered itself.
    pub server: Option<u8>,
    /// The shortest life with which our SYN was reset, in hops; `None` when it was not.
    pub refused: Option<u8>,
}

/// A packet of ours that is lost or refused.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lost {
    /// A SYN.
    #[default]
    Syn,
    /// The one that holds our identification string.
    FirstLine,
    /// One of so many bytes, headers and all.
    Large(u32),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syn => f.write_str("our SYN"),
            Self::FirstLine => f.write_str("our first line"),
            Self::Large(size) => write!(f, "a packet of {size} bytes"),
        }
    }
}

/// One hop.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Hop {
    /// Its address, where it told.
    pub address: Option<IpAddr>,
    /// Whether it said that the packet in question ended there.
    pub saw: bool,
    /// Whether it said so of a datagram.
    pub answers: bool,
}

/// Where it ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// At the server, or at the last hop before it.
    Server,
    /// Before the server.
    OnTheWay,
}

impl Trace {
    /// The last hop that saw the packet; zero when none did.
    pub fn seen_by(&self) -> usize {
        self.hops.iter().rposition(|hop| hop.saw).map_or(0, |at| at + 1)
    }

    /// Where it ends, as far as that is certain. A router says that a life ended there before it looks at its rules, and
    /// stops the packet that would go on.
    pub fn end(&self) -> Option<End> {
        let server = usize::from(self.server?);
        if let Some(refused) = self.refused {
            return Some(if usize::from(refused) < server { End::OnTheWay } else { End::Server });
        }
        let seen = self.seen_by();
        // Who answers no datagrams, either, says nothing by its silence.
        let next_answers = self.hops.get(seen).is_some_and(|hop| hop.answers);
        match seen + 1 >= server {
            true => Some(End::Server),
            false => next_answers.then_some(End::OnTheWay),
        }
    }

    /// The hops of which one stops it, where that is not the server.
    pub fn place(&self) -> Option<String> {
        self.end().filter(|end| *end == End::OnTheWay)?;
        let next = self.refused.map_or(self.seen_by() + 1, usize::from);
        Some(match next {
            ..=1 => self.name(1),
            next => format!("{} or {}", self.name(next - 1), self.name(next)),
        })
    }

    /// In words; `None` when nobody on the way answers anything.
    pub fn words(&self) -> Option<String> {
        let seen = self.seen_by();
        let mut words = match (self.refused, seen) {
            (Some(refused), _) => {
                let plural = if refused == 1 { "" } else { "s" };
                format!("a SYN is reset when it may go {refused} hop{plural}, and no sooner")
            }
            (None, 0) if self.hops.iter().all(|hop| !hop.answers) => return None,
            (None, 0) => format!("no hop sees {}", self.what),
            (None, seen) => {
                format!("{} is seen by {}, and by nobody behind it", self.what, self.name(seen))
            }
        };
        if let Some(server) = self.server {
            words += &format!("; the server is hop {server}");
        }
        if let Some(place) = self.place() {
            words += &format!("; it ends at {place}");
        }
        Some(words)
    }

    /// A hop by its number and address.
    fn name(&self, number: usize) -> String {
        let hop =
            number.checked_sub(1).and_then(|at| self.hops.get(at)).copied().unwrap_or_default();
        match hop.address {
            Some(address) => format!("hop {number} ({address})"),
            None => format!("hop {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(saw: usize, answers: usize) -> Vec<Hop> {
        let hop = |at| Hop {
            address: Some([192, 0, 2, u8::try_from(at + 1).unwrap()].into()),
            saw: at < saw,
            answers: at < answers,
        };
        (0..saw.max(answers)).map(hop).collect()
    }

    fn check(trace: &Trace, end: Option<End>, words: Option<&str>) {
        assert_eq!((trace.end(), trace.words().as_deref()), (end, words));
    }

    #[test]
    fn a_syn_that_is_lost() {
        let seen = Trace { what: Lost::Syn, hops: hops(2, 4), server: Some(5), refused: None };
        check(
            &seen,
            Some(End::OnTheWay),
            Some(
                "our SYN is seen by hop 2 (192.0.2.2), and by nobody behind it; the server is hop 5; it ends at hop 2 \
                 (192.0.2.2) or hop 3 (192.0.2.3)",
            ),
        );
        let unseen = Trace { what: Lost::Syn, hops: hops(0, 1), server: Some(2), refused: None };
        let words = "no hop sees our SYN; the server is hop 2; it ends at hop 1 (192.0.2.1)";
        check(&unseen, Some(End::OnTheWay), Some(words));
        check(
            &Trace { what: Lost::Syn, hops: hops(0, 0), server: Some(3), refused: None },
            None,
            None,
        );
        let arrives = Trace { what: Lost::Syn, hops: hops(2, 1), server: Some(3), refused: None };
        assert_eq!(arrives.end(), Some(End::Server));
        let large = Trace { what: Lost::Large(1421), ..arrives };
        let words = "a packet of 1421 bytes is seen by hop 2 (192.0.2.2), and by nobody behind it; the server is hop 3";
        check(&large, Some(End::Server), Some(words));
        // A hop that is always silent.
        let silent = Trace { what: Lost::Syn, hops: hops(2, 2), server: Some(4), refused: None };
        assert_eq!(silent.end(), None);
    }

    #[test]
    fn a_syn_that_is_reset() {
        let trace = |refused, server| Trace {
            what: Lost::Syn,
            hops: hops(2, 4),
            server,
            refused: Some(refused),
        };
        check(
            &trace(3, Some(5)),
            Some(End::OnTheWay),
            Some(
                "a SYN is reset when it may go 3 hops, and no sooner; the server is hop 5; it ends at hop 2 (192.0.2.2) \
                 or hop 3 (192.0.2.3)",
            ),
        );
        check(
            &trace(5, Some(5)),
            Some(End::Server),
            Some("a SYN is reset when it may go 5 hops, and no sooner; the server is hop 5"),
        );
        check(&trace(1, None), None, Some("a SYN is reset when it may go 1 hop, and no sooner"));
    }
}
