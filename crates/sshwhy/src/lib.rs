//! The world: everything of sshwhy that touches sockets, files, processes and the terminal.
//!
//! What it sees becomes data of `sshwhy_core`, which does all the thinking. See ARCHITECTURE.md.

pub mod capture;
pub mod cli;
pub mod demo;
pub mod engine;
pub mod inspect;
pub mod probe;
pub mod sys;
