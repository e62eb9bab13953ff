//! Our evaluators against the programs that they describe, on many inputs each.

mod ground;
pub mod iptables;
pub mod nft;
pub mod pam;
mod random;
pub mod sshd_config;
pub mod startups;
mod verdicts;
pub mod wrappers;
