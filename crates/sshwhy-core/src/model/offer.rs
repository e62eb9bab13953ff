//! What a probe could find out and what it would cost: all that reasoning knows of a probe.

use crate::model::question::Question;

/// A probe that could be run now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The probe's name.
    pub probe: &'static str,
    /// The questions that it answers, most telling first.
    pub questions: &'static [Question],
    /// What it costs.
    pub cost: Cost,
}

/// The price of a probe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// How long it takes as a rule, in seconds.
    pub seconds: f64,
    /// How many connections to the target it opens.
    pub connections: u32,
    /// How likely it is to annoy: to count as a failed login or as a scan. 0 to 1.
    pub risk: f64,
}

impl Cost {
    /// One number to compare costs by, in seconds of a waiting person.
    pub fn weight(self) -> f64 {
        // A connection takes a place in MaxStartups and counts for sshd's penalties, so it is
        // worth about a third of a second of waiting; risk is worth more than time.
        0.02 + self.seconds + 0.3 * f64::from(self.connections) + 3.0 * self.risk
    }
}
