//! From the TCP handshake to the identification string.

pub mod tcp_wrappers_deny;
