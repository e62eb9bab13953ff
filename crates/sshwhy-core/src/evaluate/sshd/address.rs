//! Lists of addresses: networks in CIDR form or patterns, each perhaps negated (`addrmatch.c`, `addr.c`).

use std::net::IpAddr;

use crate::parse::pattern::matches;

/// What a list says of an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listed {
    /// An entry matches, and no negated one before it.
    Yes,
    /// A negated entry matches.
    Negated,
    /// No entry matches.
    No,
    /// The list is not valid: an empty entry, or a network that has bits beyond its mask, or too long a mask.
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
            Network::Inconsistent => return Listed::Invalid,
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

/// Reads an address as getaddrinfo(3) does: IPv4 also as one to four numbers (inet_aton(3)). A zone is left out.
pub(super) fn parse_address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.split('%').next()?.parse().ok();
    }
    let mut parts = Vec::new();
    for part in text.split('.') {
        parts.push(c_number(part)?);
    }
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    let bits = 32 - 8 * u32::try_from(first.len()).ok()?;
    if u64::from(*last) >= 1_u64 << bits {
        return None;
    }
    let high = first.iter().fold(0_u32, |all, part| all << 8 | part);
    let high = if first.is_empty() { 0 } else { high << bits };
    Some(IpAddr::V4((high | last).into()))
}

/// A number in decimal, in octal after `0` or in hexadecimal after `0x`.
fn c_number(text: &str) -> Option<u32> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match hex {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    let all_digits = digits.chars().all(|c| c.is_digit(radix));
    all_digits.then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

enum Network {
    Valid(IpAddr, u8),
    Inconsistent,
    None,
}

/// `ADDRESS`, or `ADDRESS/BITS`; anything else is a pattern.
fn network(text: &str) -> Network {
    if text.len() > 63 {
        return Network::None;
    }
    let (address, bits) = match text.split_once('/') {
        None => (text, None),
        Some((address, bits)) => {
            let digits = bits.bytes().all(|b| b.is_ascii_digit());
            match bits.parse::<u8>().ok().filter(|bits| digits && *bits <= 128) {
                Some(bits) => (address, Some(bits)),
                None => return Network::None,
            }
        }
    };
    let Some(address) = parse_address(address) else {
        return Network::None;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    if bits > most || number(address) != masked(address, bits) {
        return Network::Inconsistent;
    }
    Network::Valid(address, bits)
}

/// Whether an address lies in a network of the same family.
fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    address.is_ipv4() == network.is_ipv4() && masked(address, bits) == masked(network, bits)
}

/// The network of this length of mask that an address lies in.
pub(super) fn network_of(address: IpAddr, bits: u8) -> IpAddr {
    let masked = masked(address, bits);
    match address {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(masked).unwrap_or_default().into()),
        IpAddr::V6(_) => IpAddr::V6(masked.into()),
    }
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
