//! Faults of sshd and of what stands directly before it.

use anyhow::Result;

use crate::network::Network;

/// TCP wrappers refuse: `line` goes to /etc/hosts.deny of the server (hosts_access(5)).
///
/// # Errors
/// When the file cannot be written.
pub fn hosts_deny(network: &Network, line: &str) -> Result<()> {
    network.server.write("/etc/hosts.deny", &format!("{line}\n"))
}
