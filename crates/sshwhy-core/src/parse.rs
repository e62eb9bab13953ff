//! Text that people and programs wrote, turned into types.
//!
//! Never panics on its input, never allocates by a length that the input claims, and never asks the world: no files, no
//! clock, no environment.

pub mod access_conf;
pub mod authorized_keys;
pub mod counters;
pub mod fail2ban;
pub mod glob;
pub mod hosts;
pub mod hosts_access;
pub mod ip_address;
pub mod ipset;
pub mod iptables_save;
pub mod journal_file;
pub mod kernel_log;
pub mod key_file;
pub mod known_hosts;
pub mod limits;
pub mod log_line;
pub mod netfilter;
pub mod nft;
pub mod nft_text;
pub mod openssh_version;
pub mod packet_text;
pub mod pam;
pub mod pattern;
pub mod place;
pub mod proc_host;
pub mod proc_net;
pub mod program_text;
pub mod resolv_conf;
pub mod semanage;
pub mod service;
pub mod shadow;
pub mod ssh_debug;
pub mod ssh_g;
pub mod sshd_arguments;
pub mod sshd_config;
pub mod sshd_log;
pub mod systemctl_show;
pub mod target;
pub mod trace_event;
pub mod unit_file;
