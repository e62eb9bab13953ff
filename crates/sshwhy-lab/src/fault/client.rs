//! Faults of the client's own files.
//!
//! Must never differ between the users: whoever runs sshwhy on the client finds the same fault.

use anyhow::Result;

use crate::network::Network;

/// Writes `~/.ssh/config` of both users.
///
/// # Errors
/// When it cannot be written.
pub fn config(network: &Network, text: &str) -> Result<()> {
    network.client.write("/tmp/config", &format!("{text}\n"))?;
    in_ssh_folders(network, "cat /tmp/config > config; chmod 600 config")
}

/// Runs a shell script in `~/.ssh` of both users, as that user.
///
/// # Errors
/// When it fails.
pub fn in_ssh_folders(network: &Network, script: &str) -> Result<()> {
    for (user, folder) in [("root", "/root/.ssh"), ("alice", "/home/alice/.ssh")] {
        network.client.write("/tmp/script", script)?;
        network.client.sh(&format!(
            "setpriv --reuid {user} --regid {user} --clear-groups \
 env --chdir={folder} sh -eu /tmp/script"
        ))?;
    }
    Ok(())
}
