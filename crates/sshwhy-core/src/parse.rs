//! Text that people and programs wrote, turned into types.
//!
//! Never panics on its input, never allocates by a length that the input claims, and never asks the world: no files, no
//! clock, no environment.

pub mod hosts;
pub mod ipset;
pub mod iptables_save;
pub mod key_file;
pub mod known_hosts;
pub mod netfilter;
pub mod nft;
pub mod pattern;
pub mod place;
pub mod proc_net;
pub mod resolv_conf;
pub mod ssh_debug;
pub mod ssh_g;
pub mod target;
