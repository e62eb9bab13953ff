//! One client's way to sshd: what the evaluators judge.

use std::net::IpAddr;

/// A connection that a client makes or would make.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flow {
    /// The client's address, as the server sees it.
    pub source: IpAddr,
    /// The client's port; `None` when any of the ephemeral ones.
    pub source_port: Option<u16>,
    /// The server's address that it connects to.
    pub destination: IpAddr,
    /// The server's port.
    pub port: u16,
    /// The interface that its packets come in by, when that is known.
    pub interface: Option<String>,
}
