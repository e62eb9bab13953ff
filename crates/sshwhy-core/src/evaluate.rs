//! From parsed text to answers.
//!
//! Must never ask the world, and never name a cause: an answer says what was seen.

pub mod dialogue;
pub mod filter;
pub mod health;
pub mod listener;
pub mod unit_address;
pub mod unit_state;
