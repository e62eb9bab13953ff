//! Which packet sizes to try next, so that few tries tell the largest that passes.
//!
//! A bisection, weighted: the sizes that tunnels leave are far more common than those between them.

use std::collections::BTreeSet;

use super::is_usual;
use crate::model::path_mtu::Limit;

/// So much more often than any other size one is found that a tunnel leaves.
const USUAL: u64 = 12;

/// What is known of the largest size that passes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Search {
    passes: u32,
    vanishes: u32,
    /// A size that is more probable than all others together.
    guess: Option<u32>,
}

impl Search {
    /// One size passes, a larger one does not.
    pub fn new(passes: u32, vanishes: u32) -> Self {
        Self { passes, vanishes: vanishes.max(passes + 1), guess: None }
    }

    /// The same, where one size is the most probable end: the limit of the other direction.
    pub fn expecting(self, guess: u32) -> Self {
        Self { guess: Some(guess), ..self }
    }

    /// What is known.
    pub fn limit(&self) -> Limit {
        Limit { passes: self.passes, vanishes: Some(self.vanishes) }
    }

    /// Takes in how a size fared. What contradicts an earlier answer is not believed: a packet that
    /// passed did pass.
    pub fn saw(&mut self, size: u32, passed: bool) {
        if passed {
            self.passes = self.passes.max(size);
            self.vanishes = self.vanishes.max(self.passes + 1);
        } else if size > self.passes {
            self.vanishes = self.vanishes.min(size);
        }
    }

    /// Up to `count` sizes to try at once, the smallest first; none when all is known.
    ///
    /// To try a size tells the ends below it from the others, so the sizes are those that come nearest to parts of equal
    /// weight.
    pub fn next(&self, count: usize) -> Vec<u32> {
        let mut below = self.weight(self.passes);
        let mut tries = Vec::new();
        for size in self.passes + 1..self.vanishes {
            tries.push((size, below));
            below += self.weight(size);
        }
        let mut chosen = BTreeSet::new();
        for part in 1..=count as u64 {
            let share = below * part / (count as u64 + 1);
            let after = tries.partition_point(|(_, below)| *below < share);
            let mut around = [after.checked_sub(1), Some(after)].map(|at| tries.get(at?).copied());
            around.sort_by_key(|near| near.map_or(u64::MAX, |(_, below)| below.abs_diff(share)));
            chosen.extend(
                around.into_iter().flatten().map(|(size, _)| size).find(|s| !chosen.contains(s)),
            );
        }
        chosen.into_iter().collect()
    }

    fn weight(&self, size: u32) -> u64 {
        if self.guess == Some(size) {
            return u64::from(self.vanishes - self.passes) * USUAL;
        }
        if is_usual(size) { USUAL } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many rounds of `count` sizes it takes to find the largest that passes.
    fn rounds(mut search: Search, count: usize, mtu: u32) -> usize {
        for round in 0..40 {
            let sizes = search.next(count);
            if sizes.is_empty() {
                assert_eq!(search.limit(), Limit { passes: mtu, vanishes: Some(mtu + 1) });
                return round;
            }
            assert!(sizes.is_sorted() && sizes.len() <= count, "{sizes:?}");
            sizes.into_iter().for_each(|size| search.saw(size, size <= mtu));
        }
        panic!("no end: {search:?}")
    }

    #[test]
    fn what_is_usual_is_found_soon() {
        let check = |count, mtu, most| {
            let took = rounds(Search::new(576, 1500), count, mtu);
            assert!(took <= most, "{mtu} by {count}: {took}");
        };
        for mtu in [1492, 1476, 1450, 1420, 1400, 1280] {
            check(1, mtu, 8);
            check(8, mtu, 3);
        }
        for mtu in [576, 577, 700, 1006, 1333, 1498, 1499] {
            check(1, mtu, 12);
            check(8, mtu, 4);
        }
        let same = Search::new(576, 1500).expecting(1413);
        assert_eq!(rounds(same, 1, 1413), 2);
        assert_eq!(rounds(same, 2, 1413), 1);
    }

    proptest! {
        #[test]
        fn every_size_is_found(low in 500u32..1400, span in 1u32..900, at in 0u32..900, count in 1usize..9, guess: Option<u16>) {
            let mtu = low + at % span;
            let mut search = Search::new(low, low + span);
            search.guess = guess.map(u32::from);
            prop_assert!(rounds(search, count, mtu) <= 25);
        }
    }
}
