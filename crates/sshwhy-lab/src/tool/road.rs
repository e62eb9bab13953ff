//! What happens to all packets on the way: they take their time, some are lost, some are overtaken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::Write;
use std::sync::mpsc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Who is overtaken comes so much later.
const LATE: Duration = Duration::from_millis(15);

/// A road; as it is by default, nothing happens on it.
#[derive(Debug, Default)]
pub(super) struct Road {
    /// How long each packet takes.
    pub(super) delay: Duration,
    /// How many of a thousand are lost.
    pub(super) lose: u64,
    /// How many of a thousand are overtaken by those behind them.
    pub(super) late: u64,
}

/// A packet under way: when it arrives, its place in the order, its bytes.
type Packet = Reverse<(Instant, u64, Vec<u8>)>;

impl Road {
    /// Whether nothing happens on it.
    pub(super) fn is_plain(&self) -> bool {
        self.delay.is_zero() && self.lose == 0 && self.late == 0
    }

    /// Where packets enter the road; they leave it by `end`.
    pub(super) fn pave(self, end: File) -> impl Fn(Vec<u8>) {
        let (sender, receiver) = mpsc::channel::<Vec<u8>>();
        std::thread::spawn(move || self.carry(&receiver, end));
        move |packet| {
            // The receiver lives as long as this process.
            let _ = sender.send(packet);
        }
    }

    fn carry(&self, enter: &Receiver<Vec<u8>>, mut end: File) {
        let (mut under_way, mut count, mut chance) = (BinaryHeap::<Packet>::new(), 0, Chance(77));
        loop {
            let now = Instant::now();
            let next =
                under_way.peek().map(|Reverse((due, ..))| due.saturating_duration_since(now));
            if next.is_some_and(|left| left.is_zero()) {
                // The kernel refuses packets that it cannot route; the road goes on.
                let _ = under_way.pop().map(|Reverse((_, _, packet))| end.write(&packet));
                continue;
            }
            match enter.recv_timeout(next.unwrap_or(Duration::from_secs(60))) {
                Ok(packet) if !chance.strikes(self.lose) => {
                    let late = if chance.strikes(self.late) { LATE } else { Duration::ZERO };
                    count += 1;
                    under_way.push(Reverse((Instant::now() + self.delay + late, count, packet)));
                }
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

/// Numbers that look random and are the same each time (Marsaglia, Xorshift RNGs, 2003).
struct Chance(u64);

impl Chance {
    fn strikes(&mut self, of_thousand: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % 1000 < of_thousand
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_strikes_as_often_as_it_should() {
        let mut chance = Chance(77);
        let count = (0..100_000).filter(|_| chance.strikes(10)).count();
        assert!((800..1200).contains(&count), "{count}");
        assert!((0..1000).all(|_| !chance.strikes(0)));
    }
}
