//! Lists of addresses: networks in CIDR form or patterns, each perhaps negated (`addrmatch.c`, `addr.c`).

use std::net::IpAddr;

use crate::parse::pattern::matches;

/// What a list says of an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Listed {
    /// An entry matches, and no negated one before it.
    Yes,
    /// A negated entry matches.
    Negated,
    /// No entry matches.
    No,
    /// The list is not valid: an empty entry, or a network with bits beyond its mask.
    Invalid,
}

/// Looks an address up, which may be written in any way. Without one the list is only checked.
pub(super) fn look_up(list: &str, address: Option<&str>) -> Listed {
    let parsed = match address {
        None => None,
        Some(text) => match parse_address(text) {
            Some(parsed) => Some(parsed),
            None => return Listed::No,
        },
    };
    let mut listed = Listed::No;
    for entry in list.split(',') {
        let (negated, entry) =
            entry.strip_prefix('!').map_or((false, entry), |entry| (true, entry));
        if entry.is_empty() {
            return Listed::Invalid;
        }
        let found = match network(entry) {
            Network::Valid(network, bits) => {
                parsed.is_some_and(|address| within(address, network, bits))
            }
            Network::HostBits => return Listed::Invalid,
            Network::None => address.is_some_and(|address| matches(entry, address)),
        };
        if found && negated {
            return Listed::Negated;
        }
        if found {
            listed = Listed::Yes;
        }
    }
    listed
}

/// Reads an address, without the zone that getaddrinfo(3) would take.
fn parse_address(text: &str) -> Option<IpAddr> {
    text.split('%').next().unwrap_or(text).parse().ok()
}

enum Network {
    Valid(IpAddr, u8),
    HostBits,
    None,
}

/// `ADDRESS`, or `ADDRESS/BITS`; anything else is a pattern.
fn network(text: &str) -> Network {
    if text.len() > 63 {
        return Network::None;
    }
    let (address, bits) = match text.split_once('/') {
        None => (text, None),
        Some((address, bits)) => match bits.trim_start().trim_start_matches('+').parse::<u8>() {
            Ok(bits) => (address, Some(bits)),
            Err(_) => return Network::None,
        },
    };
    let Some(address) = parse_address(address) else {
        return Network::None;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    if bits > most {
        return Network::None;
    }
    if number(address) != masked(address, bits) {
        return Network::HostBits;
    }
    Network::Valid(address, bits)
}

/// Whether an address lies in a network of the same family.
pub(super) fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    address.is_ipv4() == network.is_ipv4() && masked(address, bits) == masked(network, bits)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn masked(address: IpAddr, bits: u8) -> u128 {
    let width: u32 = if address.is_ipv4() { 32 } else { 128 };
    let rest = width.saturating_sub(u32::from(bits));
    let low = 1_u128.checked_shl(rest).map_or(u128::MAX, |bit| bit - 1);
    number(address) & !low
}
