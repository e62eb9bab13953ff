//! Our evaluators against the programs that they describe, on many inputs each.

pub mod nft;
pub mod pam;
mod random;
pub mod sshd_config;
pub mod startups;
pub mod wrappers;
