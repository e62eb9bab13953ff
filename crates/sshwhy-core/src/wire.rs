//! Bytes ⇄ types: what is written on the wire, as plain data.
//!
//! Must never panic on input, allocate by a length that somebody else announced, or know what an answer means for a diagnosis.

pub mod capture;
pub mod elf;
pub mod icmp;
pub mod reader;
pub mod ssh;
pub mod writer;
