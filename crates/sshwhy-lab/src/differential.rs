//! Our evaluators against the programs that they describe, on many inputs each.

pub(crate) mod ground;
pub mod iptables;
pub mod nft;
pub mod pam;
pub(crate) mod random;
pub mod sshd_config;
pub mod startups;
mod verdicts;
pub mod wrappers;
