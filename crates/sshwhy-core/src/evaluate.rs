//! From parsed text to answers.
//!
//! Must never ask the world, and never name a cause: an answer says what was seen.

pub mod both_ends;
pub mod dialogue;
pub mod filter;
pub mod health;
pub mod listener;
pub mod sshd;
pub mod unit_address;
pub mod unit_state;
pub mod wrappers;
