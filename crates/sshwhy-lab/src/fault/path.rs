//! Faults and oddities of the way between client and server.

use anyhow::Result;

use crate::fault::filter;
use crate::network::Network;

/// The direction of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// From server to client.
    Client,
    /// From client to server.
    Server,
}

/// The router cannot send packets of more than `size` bytes in this direction and says so by ICMP,
/// as it should.
///
/// # Errors
/// When the kernel refuses the route.
pub fn mtu(network: &Network, towards: Towards, size: u32) -> Result<()> {
    let (net, interface) = match towards {
        Towards::Client => (1, "client0"),
        Towards::Server => (2, "server0"),
    };
    // Only a locked MTU of a route counts when packets are forwarded (net/ipv4/ip_forward.c).
    network
        .router
        .sh(&format!(
            "ip route replace 10.77.{net}.0/24 dev {interface} proto kernel scope link \
                 src 10.77.{net}.1 mtu lock {size}
             ip -6 route replace fd77:{net}::/64 dev {interface} proto kernel metric 256 \
                 mtu lock {}",
            size.max(1280)
        ))
        .map(drop)
}

/// As [`mtu`], but nobody hears of it: the ICMP errors are filtered.
///
/// # Errors
/// When the kernel refuses the route or the rule.
pub fn mtu_hole(network: &Network, towards: Towards, size: u32) -> Result<()> {
    mtu(network, towards, size)?;
    filter::nft(
        &network.router,
        "output",
        "icmp type destination-unreachable icmp code frag-needed drop",
    )?;
    filter::nft(&network.router, "output", "icmpv6 type packet-too-big drop")
}

/// The router passes no more than `rate` (tc(8), for instance `64kbit`) in each direction.
///
/// # Errors
/// When tc refuses it.
pub fn slow(network: &Network, rate: &str) -> Result<()> {
    network
        .router
        .sh(&format!(
            "for end in client0 server0; do
                 tc qdisc add dev $end root tbf rate {rate} burst 3kb latency 2s
             done"
        ))
        .map(drop)
}
