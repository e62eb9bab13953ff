//! The last hop that sees a packet which is lost on a connection: our first line, or what is too large. The very packet is
//! sent, with a short life.

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::HelloAcked;
use sshwhy_core::model::question::LargePackets;
use sshwhy_core::model::question::OddAcked;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::trace::Hop;
use sshwhy_core::model::trace::Lost;
use sshwhy_core::model::trace::Trace;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Fared;
use super::attempt::Greeting;
use super::attempt::HELLO;
use super::attempt::Manner;
use super::attempt::Opened;
use super::attempt::Words;
use super::attempt::flight;
use super::hops;
use super::hops::Hops;
use super::variation;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "last-hop",
    doing: "looking how far a packet gets that is lost",
    questions: &[Question::LargePackets],
    cost: Cost { seconds: 2.5, connections: 1, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    lost(situation).is_some() && hops::are_there(situation)
}

/// What is lost of what we send.
fn lost(situation: &Situation<'_>) -> Option<Lost> {
    let (evidence, measured) = (situation.evidence, &situation.facts.measured);
    let too_large = measured.path_mtu.and_then(|mtu| mtu.to_server?.vanishes);
    if let Some(size) = too_large.filter(|_| evidence.holds(LargePackets::Lost)) {
        return Some(Lost::Large(size));
    }
    let by_words = evidence.holds(OddAcked::OnlyThat) || measured.trigger.is_some();
    (by_words && evidence.holds(HelloAcked::NotAcked)).then_some(Lost::FirstLine)
}

fn run(scene: &Scene) {
    let (facts, evidence) = (scene.facts(), &scene.evidence);
    let situation = Situation { settings: &scene.settings, evidence, facts: &facts, running: &[] };
    let Some(what) = lost(&situation) else { return };
    let Some(found) = hops::find(scene) else { return };
    let Some(saw) = saw(scene, what, &found) else { return };
    let hop = |(at, address): (usize, &_)| Hop {
        address: *address,
        saw: at < saw,
        answers: address.is_some(),
    };
    let server = found.server.and_then(|at| u8::try_from(at + 1).ok());
    let hops = found.addresses.iter().enumerate().map(hop).collect();
    if !scene.cancel.is_set() {
        let trace = Trace { what, hops, server, refused: None };
        scene.learn(|facts| facts.measured.trace = Some(trace));
    }
}

/// How many hops see the packet; `None` when that did not come out.
fn saw(scene: &Scene, what: Lost, found: &Hops) -> Option<usize> {
    let mut search = Search::new(found);
    let first = search.next()?;
    let words = if what == Lost::FirstLine { Words::Nothing } else { Words::Hello };
    let mut attempt = Attempt::new(scene, Manner { words, ..variation::manner(scene) });
    let Opened::Yes = attempt.open(scene.facts().address?) else { return None };
    // What the server says first is to be acknowledged before: that would be a packet with a short life, too.
    let (Greeting::Identification(_), Fared::Passed) = (attempt.greet(), attempt.fares()) else {
        return None;
    };
    let bytes = match what {
        Lost::Large(size) => {
            let (_, headers) = attempt.largest_segment()?;
            let mut filling = flight::filling((size - headers) as usize);
            filling.truncate((size - headers) as usize);
            filling
        }
        Lost::FirstLine | Lost::Syn => HELLO.to_vec(),
    };
    let done = attempt.reach(&bytes, first, |life, ended| {
        search.took(life, ended);
        search.next()
    });
    attempt.leave();
    scene.exchanged(attempt.exchange);
    done.filter(|()| search.next().is_none()).map(|()| search.saw)
}

/// Which hop to try next: those that answer datagrams, by halves. What seems to be the last one is tried twice: one packet may
/// be lost by chance.
struct Search {
    /// The lives that end at hops which answer.
    lives: Vec<u8>,
    /// The hops up to this one saw it.
    saw: usize,
    /// Those of `lives` from here on did not, and how often that was found.
    unseen: usize,
    found: u32,
}

impl Search {
    fn new(found: &Hops) -> Self {
        let answers = found.addresses.iter().zip(1..).filter(|(address, _)| address.is_some());
        let lives: Vec<u8> = answers.map(|(_, life)| life).collect();
        Self { unseen: lives.len(), lives, saw: 0, found: 2 }
    }

    fn next(&self) -> Option<u8> {
        let first = self.lives.iter().position(|life| usize::from(*life) > self.saw);
        let first = first.unwrap_or(self.lives.len());
        match self.unseen.checked_sub(first)? {
            0 if self.found < 2 => self.lives.get(self.unseen).copied(),
            0 => None,
            left => self.lives.get(first + left / 2).copied(),
        }
    }

    fn took(&mut self, life: u8, ended: bool) {
        let at = self.lives.iter().position(|own| *own == life).unwrap_or(0);
        if ended {
            self.saw = self.saw.max(usize::from(life));
            if at >= self.unseen {
                (self.unseen, self.found) = (self.lives.len(), 2);
            }
        } else if at < self.unseen {
            (self.unseen, self.found) = (at, 1);
        } else {
            self.found += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: u8, silent: &[u8], real: u8) -> (usize, u32) {
        let address = |hop: u8| (!silent.contains(&hop)).then(|| [192, 0, 2, hop].into());
        let addresses = (1..=count).map(address).collect();
        let mut search = Search::new(&Hops { addresses, server: Some(usize::from(count)) });
        let mut tries = 0;
        while let Some(life) = search.next() {
            assert!(!silent.contains(&life));
            search.took(life, life <= real);
            tries += 1;
            assert!(tries < 12, "{search:?}", search = search.lives);
        }
        (search.saw, tries)
    }

    #[test]
    fn the_last_hop_is_found_by_halves() {
        for count in 1..=16 {
            for real in 0..=count {
                let (saw, tries) = found(count, &[], real);
                assert_eq!(saw, usize::from(real), "of {count}");
                assert!(tries <= 6, "{tries} for {real} of {count}");
            }
        }
        assert_eq!(found(5, &[3], 3).0, 2);
        assert_eq!(found(3, &[1, 2, 3], 3), (0, 0));
    }
}
