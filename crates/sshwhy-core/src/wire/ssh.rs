//! The SSH transport layer as far as it is in clear text: RFC 4253 until `SSH_MSG_NEWKEYS`.
//!
//! Must never hold a secret: all that we send are public values, and nothing here can finish a key exchange.

pub mod algorithm;
pub mod exchange;
pub mod foreign;
pub mod host_key;
pub mod ident;
pub mod kexinit;
pub mod message;
pub mod negotiate;
pub mod packet;
pub mod stream;
