//! The largest packet that a path carries: how it is found with few tries, and what it tells.

mod search;

pub use search::Search;

use crate::model::path_mtu::Limit;
use crate::model::path_mtu::PathMtu;

/// What a path without tunnels carries: the MTU of Ethernet (RFC 894).
const ETHERNET: u32 = 1500;

/// What was measured, in words.
pub fn words(mtu: &PathMtu) -> String {
    let told = |limit: &Limit| limit.vanishes.map_or("", |_| ", and no ICMP says so");
    let to = mtu.to_server.map(|limit| format!("to the server {limit}{}", told(&limit)));
    let from = mtu.from_server.map(|limit| format!("from the server {limit}"));
    let fits = mtu.usable().and_then(overhead);
    to.into_iter().chain(from).chain(fits).collect::<Vec<_>>().join("; ")
}

/// What leaves so much of an Ethernet packet; `None` for a size that tells nothing.
fn overhead(mtu: u32) -> Option<String> {
    let kind = TUNNELS.iter().find(|(size, _)| *size == mtu).map(|(_, kind)| *kind);
    let lost = ETHERNET.checked_sub(mtu).filter(|lost| *lost > 0)?;
    Some(match kind {
        Some(kind) => format!("{lost} less than Ethernet, as with {kind}"),
        None => format!("{lost} less than Ethernet"),
    })
}

/// Sizes that tell what is on the way: an Ethernet packet less the headers that it is wrapped in.
const TUNNELS: &[(u32, &str)] = &[
    (1492, "PPPoE (RFC 2516)"),
    (1480, "IP in IP or 6in4 (RFC 2003, RFC 4213)"),
    (1476, "GRE (RFC 2784)"),
    (1472, "GRE with a key, or FOU"),
    (1462, "GRE with Ethernet in it"),
    (1460, "Google's network, or IPv4 in IPv6"),
    (1454, "PPPoE of a carrier that tunnels on"),
    (1450, "VXLAN (RFC 7348)"),
    (1442, "Geneve as OVN sets it"),
    (1440, "WireGuard over IPv4"),
    (1438, "IPsec (ESP in tunnel mode)"),
    (1430, "VXLAN over IPv6"),
    (1428, "IPsec (ESP with NAT traversal)"),
    (1420, "WireGuard over IPv6, its usual setting"),
    (1400, "IPsec and many VPN clients, their usual setting"),
    (1390, "VPN gateways of Google"),
    (1380, "mobile networks and cloud VPNs"),
    (1358, "mobile networks"),
    (1280, "the least of IPv6: Tailscale, Teredo and cautious tunnels"),
];

/// Whether a size is one that tunnels leave.
fn is_usual(mtu: u32) -> bool {
    TUNNELS.iter().any(|(size, _)| *size == mtu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_both_directions_and_what_fits() {
        let exact = |passes| Some(Limit { passes, vanishes: Some(passes + 1) });
        let open = |passes| Some(Limit { passes, vanishes: None });
        let check = |to_server, from_server, usable, expected: &str| {
            let mtu = PathMtu { to_server, from_server };
            assert_eq!((mtu.usable(), words(&mtu).as_str()), (usable, expected));
        };
        check(
            exact(1420),
            open(1500),
            Some(1420),
            "to the server 1420 bytes pass and 1421 vanish, and no ICMP says so; from the server 1500 bytes pass; 80 less than \
             Ethernet, as with WireGuard over IPv6, its usual setting",
        );
        check(
            open(1500),
            Some(Limit { passes: 1300, vanishes: Some(1310) }),
            Some(1300),
            "to the server 1500 bytes pass; from the server 1300 bytes pass and 1310 vanish; 200 less than \
             Ethernet",
        );
        check(None, open(1500), None, "from the server 1500 bytes pass");
    }
}
