//! What we say against what the real program says, on many random inputs.

pub mod random;
pub mod sshd_config;
pub mod startups;

/// How a comparison ended.
#[derive(Debug, Default)]
pub struct Counts {
    /// Inputs on which both say the same.
    pub agree: usize,
    /// Inputs on which they differ.
    pub disagree: usize,
    /// Single values that were compared.
    pub values: usize,
    /// The first inputs on which they differ, each with what both say.
    pub examples: Vec<String>,
    /// How many inputs were of which sort, for the reader.
    pub sorts: std::collections::BTreeMap<&'static str, usize>,
}

impl Counts {
    /// Counts one input; `None` when both say the same.
    pub fn count(&mut self, difference: Option<String>) {
        match difference {
            None => self.agree += 1,
            Some(example) => {
                self.disagree += 1;
                if self.examples.len() < 20 {
                    self.examples.push(example);
                }
            }
        }
    }
}
