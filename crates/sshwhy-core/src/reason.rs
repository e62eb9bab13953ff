//! Bayes over the table of predictions: what the evidence says, which probe helps most, and what
//! would decide.
//!
//! It must never know a single cause by name.

mod aside;
pub mod diagnose;
pub mod needs;
pub mod next;

mod ruled_out;
mod table;

pub use diagnose::diagnose;

#[cfg(test)]
mod tests;
