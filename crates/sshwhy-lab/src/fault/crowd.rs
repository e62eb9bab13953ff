//! Other connections: what somebody else, or this user before, has open at the server.

use std::net::IpAddr;

use anyhow::Result;

use crate::network::Network;

/// The client's own address.
pub const SELF: &str = "10.77.1.2";

/// Another machine's address; it is an alias on the client, the server cannot tell.
pub const OTHER: &str = "10.77.1.3";

/// Opens `count` connections to port 22 of the server from address `from` and keeps them, without
/// logging in.
///
/// # Errors
/// When the address cannot be added or no connection is possible.
pub fn hold(network: &Network, from: &str, count: usize) -> Result<()> {
    add(network, from)?;
    network.client.tool(&["hold", from, "10.77.2.2:22", &count.to_string()])
}

/// As [`hold`], with a server that says nothing: a connection counts as soon as TCP has opened it,
/// and a full queue ends the attempt.
///
/// # Errors
/// As there.
pub fn hold_mute(network: &Network, from: &str, count: usize) -> Result<()> {
    add(network, from)?;
    network.client.tool(&["hold", from, "10.77.2.2:22", &count.to_string(), "mute"])
}

fn add(network: &Network, from: &str) -> Result<()> {
    if from == SELF {
        return Ok(());
    }
    network.client.add_address(from.parse::<IpAddr>()?)
}

/// Offers a key that nobody knows `count` times from the client's own address, as a forgotten cron
/// job does.
///
/// # Errors
/// When ssh cannot be run.
pub fn fail_logins(network: &Network, count: usize) -> Result<()> {
    network.client.sh("rm -f /tmp/unknown*; ssh-keygen -q -t ed25519 -N '' -f /tmp/unknown")?;
    for _ in 0..count {
        // Refused is what it is meant to be.
        network.client.try_sh(
            "ssh -o BatchMode=yes -o IdentitiesOnly=yes -i /tmp/unknown nobody@server true",
        )?;
    }
    Ok(())
}
