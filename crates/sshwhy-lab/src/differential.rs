//! Our evaluators against the programs that they describe, on many inputs each.

mod random;
pub mod sshd_config;
pub mod startups;
pub mod pam;
pub mod nft;
pub mod wrappers;
