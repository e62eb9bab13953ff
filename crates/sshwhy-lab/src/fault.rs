//! Faults: each function breaks one thing of a network, so that scenarios are composed of them.
//!
//! Must never start or restart a daemon that the scenario did not ask for.

pub mod daemon;
