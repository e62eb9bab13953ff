//! Puts [`crate::tool::middlebox`] into the path, between the two interfaces of the router.

use anyhow::Result;

use crate::host::Host;
use crate::network::Network;

/// The client's address, for a rule about what the client sends.
pub const FROM_CLIENT: &str = "from=10.77.1.2";

/// The server's address, for a rule about what the server sends.
pub const FROM_SERVER: &str = "from=10.77.2.2";

/// Every packet between client and server passes through a box with this rule.
///
/// # Errors
/// When the kernel has no TUN or the rule is not understood.
pub fn between(network: &Network, rule: &[&str]) -> Result<()> {
    on(&network.router, ["client0", "server0"], rule)
}

/// The same on any router, between its two interfaces.
///
/// # Errors
/// As there.
pub fn on(router: &Host, [near, far]: [&str; 2], rule: &[&str]) -> Result<()> {
    router.sh(&format!(
        "ip tuntap add dev box0 mode tun
         ip link set box0 up mtu 1500 txqueuelen 5000
         for family in -4 -6; do
             ip $family route add default dev box0 table 77
             ip $family rule add iif {near} priority 77 lookup 77
             ip $family rule add iif {far} priority 77 lookup 77
         done"
    ))?;
    // Addresses of the router itself stay reachable: the local table comes first.
    let arguments: Vec<&str> = ["middlebox", "box0"].iter().chain(rule).copied().collect();
    router.tool(&arguments)
}
