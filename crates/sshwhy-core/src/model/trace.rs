//! How far packets get: what each hop of the way answers to packets whose life ends there.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The hops of a way, from the first on.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Trace {
    /// Each hop up to the last one that was tried.
    pub hops: Vec<Hop>,
    /// The hop that the server is, where it answered itself.
    pub server: Option<u8>,
    /// The shortest life with which our SYN was reset, in hops; `None` when it was not.
    pub refused: Option<u8>,
}

/// What one hop answered.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Hop {
    /// Who said that a SYN ended there.
    pub syn: Option<IpAddr>,
    /// Who said that a datagram ended there.
    pub datagram: Option<IpAddr>,
}

/// Where a SYN ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// At the server, or at the last hop before it.
    Server,
    /// Before the server.
    OnTheWay,
}

impl Trace {
    /// The last hop that saw our SYN; zero when none did.
    pub fn seen_by(&self) -> usize {
        self.hops.iter().rposition(|hop| hop.syn.is_some()).map_or(0, |at| at + 1)
    }

    /// Where the SYN ends, as far as that is certain. A router says that a life ended there before it looks at its rules, and
    /// stops the SYN that would go on.
    pub fn end(&self) -> Option<End> {
        let server = usize::from(self.server?);
        if let Some(refused) = self.refused {
            return Some(if usize::from(refused) < server { End::OnTheWay } else { End::Server });
        }
        let seen = self.seen_by();
        // Who answers no datagrams, either, says nothing by its silence.
        let next_answers = self.hops.get(seen).is_some_and(|hop| hop.datagram.is_some());
        match seen + 1 >= server {
            true => Some(End::Server),
            false => next_answers.then_some(End::OnTheWay),
        }
    }

    /// The hops of which one stops the SYN, where that is not the server.
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
            (None, 0) if self.hops.iter().all(|hop| hop.datagram.is_none()) => return None,
            (None, 0) => "no hop sees our SYN".to_owned(),
            (None, seen) => {
                format!("our SYN is seen by {}, and by nobody behind it", self.name(seen))
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
        match hop.syn.or(hop.datagram) {
            Some(address) => format!("hop {number} ({address})"),
            None => format!("hop {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(syn: usize, datagram: usize) -> Vec<Hop> {
        let address = |count, at| {
            (at < count).then(|| IpAddr::from([192, 0, 2, u8::try_from(at + 1).unwrap()]))
        };
        (0..syn.max(datagram))
            .map(|at| Hop { syn: address(syn, at), datagram: address(datagram, at) })
            .collect()
    }

    fn check(trace: &Trace, end: Option<End>, words: Option<&str>) {
        assert_eq!((trace.end(), trace.words().as_deref()), (end, words));
    }

    #[test]
    fn a_syn_that_is_lost() {
        let seen = Trace { hops: hops(2, 4), server: Some(5), refused: None };
        check(
            &seen,
            Some(End::OnTheWay),
            Some(
                "our SYN is seen by hop 2 (192.0.2.2), and by nobody behind it; the server is hop 5; it ends at hop 2 \
                 (192.0.2.2) or hop 3 (192.0.2.3)",
            ),
        );
        let unseen = Trace { hops: hops(0, 1), server: Some(2), refused: None };
        let words = "no hop sees our SYN; the server is hop 2; it ends at hop 1 (192.0.2.1)";
        check(&unseen, Some(End::OnTheWay), Some(words));
        check(&Trace { hops: hops(0, 0), server: Some(3), refused: None }, None, None);
        let arrives = Trace { hops: hops(2, 1), server: Some(3), refused: None };
        assert_eq!(arrives.end(), Some(End::Server));
        // A hop that is always silent.
        let silent = Trace { hops: hops(2, 2), server: Some(4), refused: None };
        assert_eq!(silent.end(), None);
    }

    #[test]
    fn a_syn_that_is_reset() {
        let trace = |refused, server| Trace { hops: hops(2, 4), server, refused: Some(refused) };
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
