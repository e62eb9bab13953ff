//! Names: what the client's resolver says.
//!
//! Must never use a resolver outside of the network.

use anyhow::Result;

use crate::network::Network;

/// Takes `server` and `prod` out of the client's /etc/hosts and makes the router its name server.
///
/// # Errors
/// When the files cannot be written.
pub fn ask_router(network: &Network) -> Result<()> {
    network.client.write("/etc/resolv.conf", "nameserver 10.77.1.1\n")?;
    network.client.sh("sed -i '/server/d' /etc/hosts").map(drop)
}

/// Runs dnsmasq on the router with these options, for instance `--host-record=server,10.77.2.2`;
/// every other name does not exist.
///
/// # Errors
/// When dnsmasq does not start.
pub fn dnsmasq(network: &Network, options: &str) -> Result<()> {
    network.router.sh(&format!(
        "dnsmasq --conf-file=/dev/null --user=root --no-resolv --no-hosts \
         --bind-interfaces --listen-address=10.77.1.1 \
         '--local=/#/' {options}"
    ))?;
    network.router.await_listener(53)
}

/// A name server on the router that answers every question in the same way: `nxdomain`, `servfail`,
/// `refused` or `silent`.
///
/// # Errors
/// When it cannot listen.
pub fn answer(network: &Network, how: &str) -> Result<()> {
    network.router.tool(&["answer", how])
}
