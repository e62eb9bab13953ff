//! What sshwhy knows and how it reasons.
//!
//! This crate is pure: it owns no sockets, files, clock, environment, processes or threads. All
//! that it knows of the world comes in as [`model`] data, and all that it says goes out as data.
//! See ARCHITECTURE.md for who may use whom.

pub mod causes;
pub mod evaluate;
pub mod model;
pub mod parse;
pub mod reason;
pub mod report;
pub mod wire;
