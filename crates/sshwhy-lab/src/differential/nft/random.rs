//! Random numbers from a seed, the same on every machine (splitmix64).

/// A source of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    /// True in so many of a hundred times.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let number = self.below(from.len());
        from.get(number).copied().unwrap_or_default()
    }

    /// Some of them, at least one, in their order.
    pub(super) fn some<'a>(&mut self, from: &[&'a str]) -> Vec<&'a str> {
        let mut all: Vec<_> = from.iter().copied().filter(|_| self.chance(40)).collect();
        if all.is_empty() {
            all.push(self.pick(from));
        }
        all
    }
}
