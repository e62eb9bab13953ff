//! From parsed text to answers.
//!
//! Must never ask the world, and never name a cause: an answer says what was seen.

pub mod dialogue;
pub mod filter;
pub mod penalties;
pub mod sshd;
pub mod startups;
pub mod user_gate;
