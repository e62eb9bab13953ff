//! Networks as iptables and ipset write them.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// Addresses of one family that agree in the bits of a mask.
///
/// IPv6 is boxed: most dumps are IPv4, and a dump has a hundred thousand of these.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Net {
    /// Address and mask; the mask need not be contiguous (iptables keeps `255.0.255.0`).
    V4(u32, u32),
    /// Address and mask.
    V6(Box<(u128, u128)>),
}

impl Net {
    /// Reads `192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0` and the same of IPv6. Bits
    /// outside of the mask are ignored, as iptables ignores them. `None` for a host name or noise.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, mask) = text.split_once('/').map_or((text, None), |(a, m)| (a, Some(m)));
        match address.parse().ok()? {
            IpAddr::V4(address) => {
                let mask = match mask {
                    None => u32::MAX,
                    Some(mask) => match mask.parse::<u32>() {
                        Ok(bits) => top_bits_4(bits)?,
                        Err(_) => mask.parse::<Ipv4Addr>().ok()?.to_bits(),
                    },
                };
                Some(Self::V4(address.to_bits() & mask, mask))
            }
            IpAddr::V6(address) => {
                let mask = match mask {
                    None => u128::MAX,
                    Some(mask) => match mask.parse::<u32>() {
                        Ok(bits) => top_bits(bits)?,
                        Err(_) => mask.parse::<Ipv6Addr>().ok()?.to_bits(),
                    },
                };
                Some(Self::V6(Box::new((address.to_bits() & mask, mask))))
            }
        }
    }

    /// The addresses that share the first `bits` bits with this one; `None` when it has fewer.
    pub fn of(address: IpAddr, bits: u32) -> Option<Self> {
        match address {
            IpAddr::V4(address) => {
                let mask = top_bits_4(bits)?;
                Some(Self::V4(address.to_bits() & mask, mask))
            }
            IpAddr::V6(address) => {
                let mask = top_bits(bits)?;
                Some(Self::V6(Box::new((address.to_bits() & mask, mask))))
            }
        }
    }

    /// Whether an address is one of them; never of the other family.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(net, mask), IpAddr::V4(address)) => address.to_bits() & mask == *net,
            (Self::V6(both), IpAddr::V6(address)) => address.to_bits() & both.1 == both.0,
            _ => false,
        }
    }

    /// The first address and the number of common bits, with IPv4 in the top bits of the number;
    /// `None` when the mask is not contiguous.
    pub fn prefix(&self) -> Option<(u128, u8)> {
        let (net, mask) = match self {
            Self::V4(net, mask) => (high(*net), high(*mask)),
            Self::V6(both) => **both,
        };
        let length = mask.leading_ones();
        (mask.count_ones() == length).then_some((net, u8::try_from(length).ok()?))
    }
}

/// An address as the number that [`Net::prefix`] compares with.
pub fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => high(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// A number whose first `bits` bits are ones; `None` beyond 128.
pub fn top_bits(bits: u32) -> Option<u128> {
    match bits {
        0 => Some(0),
        1..=128 => Some(u128::MAX << (128 - bits)),
        _ => None,
    }
}

fn top_bits_4(bits: u32) -> Option<u32> {
    match bits {
        0 => Some(0),
        1..=32 => Some(u32::MAX << (32 - bits)),
        _ => None,
    }
}

fn high(bits: u32) -> u128 {
    u128::from(bits) << 96
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_network() {
        for text in
            ["", "/", "10/8", "10.0.0.0/33", "::/129", "host.example", "10.0.0.1/", "1.2.3.4/::"]
        {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }

    #[test]
    fn networks_contain() {
        #[track_caller]
        fn check(net: &str, address: &str, expected: bool) {
            let net = Net::parse(net).unwrap();
            assert_eq!(net.contains(address.parse().unwrap()), expected, "{net:?} {address}");
        }
        check("10.0.0.5/24", "10.0.0.9", true);
        check("10.0.0.5/24", "10.0.1.9", false);
        check("10.0.7.0/255.0.255.0", "10.99.7.1", true);
        check("10.0.7.0/255.0.255.0", "10.99.8.1", false);
        check("0.0.0.0/0", "255.1.1.1", true);
        check("0.0.0.0/0", "::1", false);
        check("2001:db8::/32", "2001:db8:7::1", true);
        check("2001:db8::/ffff:ffff::", "2001:db9::1", false);
        check("::/0", "1.2.3.4", false);
    }

    #[test]
    fn prefixes_are_contiguous() {
        assert_eq!(Net::parse("10.0.0.0/8").unwrap().prefix(), Some((10 << 120, 8)));
        assert_eq!(Net::parse("10.0.0.0/255.0.255.0").unwrap().prefix(), None);
        assert_eq!(Net::parse("::1").unwrap().prefix(), Some((1, 128)));
    }
}
