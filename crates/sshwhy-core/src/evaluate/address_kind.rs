//! What kind of address an address is (RFC 6890 and its registries).

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use crate::model::question::AddressKind;

/// The kind of an address.
pub fn of(address: IpAddr) -> AddressKind {
    match address {
        IpAddr::V4(v4) => of_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| of_v6(v6), of_v4),
    }
}

fn of_v4(address: Ipv4Addr) -> AddressKind {
    match address.octets() {
        // 0.0.0.0 itself reaches this machine on Linux, like 127/8; nobody can have the rest.
        [0, 0, 0, 0] | [127, ..] => AddressKind::Loopback,
        [169, 254, ..] => AddressKind::LinkLocal,
        [10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => {
            AddressKind::Private
        }
        // Meant for benchmarks; proxies such as clash answer look-ups with it.
        [198, 18 | 19, ..] => AddressKind::FakeIp,
        [0, ..] | [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [224..=255, ..] => {
            AddressKind::Reserved
        }
        _ => AddressKind::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> AddressKind {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => AddressKind::Loopback,
        [0xfe80..=0xfebf, ..] => AddressKind::LinkLocal,
        [0xfc00..=0xfdff, ..] => AddressKind::Private,
        // Discard-only, documentation, multicast.
        [0x100, 0, 0, 0, ..]
        | [0x2001, 0xdb8, ..]
        | [0x3fff, 0..=0xfff, ..]
        | [0xff00..=0xffff, ..] => AddressKind::Reserved,
        // Global unicast, and the well-known prefix of NAT64.
        [0x2000..=0x3fff, ..] | [0x64, 0xff9b, ..] => AddressKind::Public,
        _ => AddressKind::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_and_its_edges() {
        let check = |address: &str, expected| {
            assert_eq!(of(address.parse().unwrap()), expected, "{address}");
        };
        for address in ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"] {
            check(address, AddressKind::Private);
        }
        for address in ["172.32.0.1", "100.128.0.1", "192.169.0.1", "198.20.0.1", "8.8.8.8"] {
            check(address, AddressKind::Public);
        }
        for address in ["0.1.2.3", "240.0.0.1", "224.0.0.1", "192.0.2.1", "2001:db8::1", "ff02::1"]
        {
            check(address, AddressKind::Reserved);
        }
        for address in ["127.0.0.1", "127.0.1.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"] {
            check(address, AddressKind::Loopback);
        }
        check("198.18.0.7", AddressKind::FakeIp);
        check("198.19.255.255", AddressKind::FakeIp);
        check("169.254.169.254", AddressKind::LinkLocal);
        check("fe80::1", AddressKind::LinkLocal);
        check("fd00::1", AddressKind::Private);
        check("2a00::1", AddressKind::Public);
        check("64:ff9b::1", AddressKind::Public);
        check("4000::1", AddressKind::Reserved);
    }
}
