//! The operating system: sockets, processes, privileges. The only place with `unsafe`.
//!
//! It must never know SSH.

pub mod account;
pub mod cancel;
pub mod canonical_name;
pub mod child_socket;
pub mod clock;
pub mod datagram;
pub mod echo;
pub mod error_queue;
pub mod error_text;
pub mod fib;
pub mod file;
pub mod hop;
pub mod host_name;
pub mod interface;
pub mod lookup;
mod netlink;
pub mod nf_tables;
pub mod packet_socket;
pub mod pipe;
pub mod private_file;
pub mod privilege;
pub mod process;
pub mod process_table;
pub mod reader;
pub mod reverse_lookup;
pub mod route;
pub mod sock_diag;
pub mod space;
pub mod tcp;
pub mod tcp_info;
pub mod tracefs;
