//! The rules of all chains that are for certain senders, found at once.
//!
//! No rule changes who sent a packet, so one search serves for every chain that it comes to: lists of addresses that are refused,
//! however many, cost nothing that grows with their number.

/// Begun by [`Builder`].
#[derive(Debug, Default)]
pub(super) struct Senders {
    levels: Vec<Level>,
}

/// Rules for networks of one size.
#[derive(Debug)]
struct Level {
    is_v6: bool,
    /// How many bits do not count.
    shift: u32,
    /// Sorted; beside each, its rule.
    values: Vec<u128>,
    rules: Vec<Place>,
}

/// A rule: the number of its chain, and its own there.
type Place = (u32, u32);

/// The rules for one sender, in the order of the chains and in each in the order of the rules.
#[derive(Debug, Default)]
pub(super) struct OfSender {
    chains: Vec<u32>,
    rules: Vec<u32>,
}

/// Collects rules.
#[derive(Debug, Default)]
pub(super) struct Builder {
    entries: Vec<(bool, u32, u128, Place)>,
}

impl Builder {
    /// Adds a rule for the senders that begin with `value` when `shift` bits are taken off their end.
    pub(super) fn add(&mut self, is_v6: bool, (shift, value): (u32, u128), place: Place) {
        self.entries.push((is_v6, shift, value, place));
    }

    /// All that were added.
    pub(super) fn build(mut self) -> Senders {
        self.entries.sort_unstable();
        self.entries.dedup();
        let levels = self.entries.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        Senders { levels: levels.filter_map(Level::new).collect() }
    }
}

impl Senders {
    /// The rules for a sender.
    pub(super) fn of(&self, is_v6: bool, sender: u128) -> OfSender {
        let levels = self.levels.iter().filter(|level| level.is_v6 == is_v6);
        let mut places: Vec<Place> = levels.flat_map(|level| level.find(sender)).copied().collect();
        places.sort_unstable();
        let (chains, rules) = places.into_iter().unzip();
        OfSender { chains, rules }
    }
}

impl OfSender {
    /// Those of one chain.
    pub(super) fn of_chain(&self, chain: usize) -> &[u32] {
        let begin = self.chains.partition_point(|own| (*own as usize) < chain);
        let end = self.chains.partition_point(|own| *own as usize <= chain);
        self.rules.get(begin..end).unwrap_or_default()
    }
}

impl Level {
    fn new(entries: &[(bool, u32, u128, Place)]) -> Option<Self> {
        let (is_v6, shift, ..) = *entries.first()?;
        let values = entries.iter().map(|(.., value, _)| *value).collect();
        let rules = entries.iter().map(|(.., place)| *place).collect();
        Some(Self { is_v6, shift, values, rules })
    }

    fn find(&self, sender: u128) -> &[Place] {
        let value = sender.checked_shr(self.shift).unwrap_or(0);
        let begin = self.values.partition_point(|own| *own < value);
        let same = self.values.get(begin..).unwrap_or_default().iter();
        let count = same.take_while(|own| **own == value).count();
        self.rules.get(begin..begin + count).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_of_a_sender_counts() {
        let mut builder = Builder::default();
        builder.add(false, (0, 0x0a00_0001), (2, 7));
        builder.add(false, (8, 0x000a_0000), (2, 3));
        builder.add(false, (0, 0x0a00_0001), (0, 9));
        builder.add(false, (0, 0x0a00_0002), (2, 1));
        builder.add(true, (0, 0x0a00_0001), (2, 5));
        let senders = builder.build();
        let found = senders.of(false, 0x0a00_0001);
        assert_eq!(found.of_chain(2), [3, 7]);
        assert_eq!(found.of_chain(0), [9]);
        assert!(found.of_chain(1).is_empty());
        assert_eq!(senders.of(true, 0x0a00_0001).of_chain(2), [5]);
    }
}
