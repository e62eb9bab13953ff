//! From parsed text to answers.
//!
//! Must never ask the world, and never name a cause: an answer says what was seen.

pub mod access_conf;
pub mod account;
pub mod address_kind;
pub mod authorized_keys;
pub mod bans;
pub mod both_ends;
pub mod capture;
pub mod dialogue;
pub mod file_mode;
pub mod filter;
pub mod greeting;
pub mod health;
pub mod limits;
pub mod listener;
pub mod pam;
pub mod pam_module;
pub mod pasted;
pub mod path_mtu;
pub mod penalties;
pub mod server_log;
pub mod sshd;
pub mod sshd_policy;
pub mod startups;
pub mod unit_address;
pub mod unit_state;
pub mod user_gate;
pub mod watch;
pub mod wrappers;
