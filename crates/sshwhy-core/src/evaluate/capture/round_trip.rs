//! How long the way to the other end and back takes, as packets show it.
//!
//! Every sample is as long as the way or longer: a first SYN waits for ARP, a radio wakes up, an acknowledgement is put off.
//! So the least of several counts, and one alone shows nothing.

/// What was measured of one way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundTrips {
    least: Option<f64>,
    count: u32,
}

impl RoundTrips {
    /// One more, in seconds.
    pub(super) fn add(&mut self, seconds: f64) {
        self.join(Self { least: Some(seconds), count: 1 });
    }

    /// What was measured elsewhere of the same way.
    pub(super) fn join(&mut self, other: Self) {
        self.least = [self.least, other.least].into_iter().flatten().reduce(f64::min);
        self.count = self.count.saturating_add(other.count);
    }

    /// The least of several, in seconds; `None` where one alone was measured.
    pub(super) fn least(self) -> Option<f64> {
        self.least.filter(|_| self.count > 1)
    }
}
