//! The target's name as it stands in the configuration. Shared by the probes that look it up.
//!
//! It must never look anything up itself.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::SocketAddrV6;
use std::time::Duration;

use sshwhy_core::parse::ssh_g::AddressFamily;
use sshwhy_core::parse::ssh_g::ClientConfig;

use super::proxy;
use crate::engine::facts::Facts;
use crate::sys::lookup;

/// A look-up of more than this is felt by the person who waits.
pub(super) const SLOW: Duration = Duration::from_secs(2);
/// Whether there is a name that this host has to look up.
pub(super) fn needs_look_up(facts: &Facts) -> bool {
    let config = &facts.config;
    !proxy::is_used(facts) && !config.hostname.is_empty() && literal(config).is_none()
}

/// What a host name is that needs no look-up.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Literal {
    /// An address.
    Address(SocketAddr),
    /// An address of a family that the configuration does not allow; what ssh says.
    OtherFamily(String),
    /// A link-local address with an interface that is not there.
    NoInterface(String),
}

/// What a host name is by itself; `None` when it has to be looked up.
pub(super) fn literal(config: &ClientConfig) -> Option<Literal> {
    let name = config.hostname.as_str();
    let (plain, zone) = name.split_once('%').map_or((name, None), |(a, z)| (a, Some(z)));
    let address: IpAddr = plain.parse().ok()?;
    let wanted = match config.address_family {
        AddressFamily::Any => true,
        AddressFamily::Inet => address.is_ipv4(),
        AddressFamily::Inet6 => address.is_ipv6(),
    };
    if !wanted {
        let text = format!("{name} is not of the address family that the configuration asks for");
        return Some(Literal::OtherFamily(text));
    }
    match (address, zone) {
        (IpAddr::V6(v6), Some(zone)) => Some(scoped(v6, zone, config.port)),
        (IpAddr::V4(_), Some(_)) => None,
        (address, None) => Some(Literal::Address(SocketAddr::new(address, config.port))),
    }
}

fn scoped(address: Ipv6Addr, zone: &str, port: u16) -> Literal {
    let index = zone.parse().ok().or_else(|| lookup::interface_index(zone));
    match index {
        Some(index) => Literal::Address(SocketAddrV6::new(address, port, 0, index).into()),
        None => Literal::NoInterface(format!("this host has no interface {}", zone.escape_debug())),
    }
}

/// Addresses, a few of them, for a person.
pub(super) fn list(addresses: impl IntoIterator<Item = IpAddr>) -> String {
    let mut text: Vec<String> = addresses.into_iter().map(|a| a.to_string()).collect();
    let more = text.len().saturating_sub(6);
    text.truncate(6);
    if more > 0 {
        text.push(format!("{more} more"));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_look_up() {
        let check = |hostname: &str, address_family, expected: Option<&str>| {
            let hostname = hostname.to_owned();
            let config = ClientConfig { hostname, address_family, ..ClientConfig::default() };
            let said = literal(&config).map(|l| match l {
                Literal::Address(address) => address.to_string(),
                Literal::OtherFamily(_) => "other family".to_owned(),
                Literal::NoInterface(text) => text,
            });
            assert_eq!(said.as_deref(), expected, "{}", config.hostname);
        };
        let any = AddressFamily::Any;
        check("", any, None);
        check("%", any, None);
        check("::1%", any, Some("this host has no interface "));
        check("fe80::1%a\x1bb", any, Some("this host has no interface a\\u{1b}b"));
        check("192.0.2.1%lo", any, None);
        check("prod", any, None);
        check("192.0.2.1", any, Some("192.0.2.1:22"));
        check("fe80::1%lo", any, Some("[fe80::1%1]:22"));
        check("fe80::1%7", any, Some("[fe80::1%7]:22"));
        check("192.0.2.1", AddressFamily::Inet6, Some("other family"));
        check("::1", AddressFamily::Inet, Some("other family"));
        check("::1", AddressFamily::Inet6, Some("[::1]:22"));
    }

    #[test]
    fn long_lists_are_cut() {
        let many = (1..=8).map(|i| IpAddr::from([10, 0, 0, i]));
        assert!(list(many).ends_with("10.0.0.6, 2 more"));
    }
}
