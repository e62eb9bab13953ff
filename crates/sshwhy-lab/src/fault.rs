//! Faults: each function breaks one thing of a network, so that scenarios are composed of them.
//!
//! Must never start or restart a daemon that the scenario did not ask for, except the one that is
//! the fault.

pub mod client;
pub mod crowd;
pub mod daemon;
pub mod filter;
pub mod middlebox;
pub mod name;
pub mod path;
