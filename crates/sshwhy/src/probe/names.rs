//! The host's name: what the system makes of it, and what each name server says itself.
//!
//! The system's look-up decides, because ssh uses it. The main connection begins as soon as it
//! has an address; the name servers may still be talking then.

mod kind;

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::SocketAddrV6;
use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::LookupTime;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SystemLookup;
use sshwhy_core::parse::ssh_g::AddressFamily;
use sshwhy_core::parse::ssh_g::ClientConfig;

use super::Probe;
use super::Situation;
use super::proxy;
use crate::engine::scene::Scene;
use crate::sys::cancel::LOOK;
use crate::sys::lookup;
use crate::sys::lookup::Family;
use crate::sys::lookup::Lookup;
use crate::sys::lookup::LookupError;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "names",
    doing: "looking the name up",
    questions: &[
        Question::SystemLookup,
        Question::LookupTime,
        Question::AddressKind,
        Question::NameServer,
        Question::LookupAgreement,
    ],
    cost: Cost { seconds: 0.05, connections: 0, risk: 0.0 },
    ready,
    run,
};

/// A look-up of more than this is felt by the person who waits.
const SLOW: Duration = Duration::from_secs(2);
/// glibc asks each name server twice for five seconds; a bit more than that with one of them.
const LIMIT: Duration = Duration::from_secs(12);

fn ready(situation: &Situation<'_>) -> bool {
    // Behind a proxy it is the proxy that looks the name up.
    let facts = situation.facts;
    !proxy::is_used(facts) && facts.addresses.is_empty() && !facts.config.hostname.is_empty()
}

fn run(scene: &Scene) {
    let config = scene.facts().config;
    match literal(&config) {
        Some(Literal::Address(address)) => {
            scene.observe(SystemLookup::Found, format!("{} is an address itself", address.ip()));
            found(scene, vec![address]);
        }
        Some(Literal::OtherFamily(text)) => scene.observe(SystemLookup::NoAddress, text),
        Some(Literal::NoInterface(text)) => scene.observe(SystemLookup::NoSuchName, text),
        None => look_up(scene, &config),
    }
}

/// What a host name is that needs no look-up.
#[derive(Debug, Eq, PartialEq)]
enum Literal {
    /// An address.
    Address(SocketAddr),
    /// An address of a family that the configuration does not allow; what ssh says.
    OtherFamily(String),
    /// A link-local address with an interface that is not there.
    NoInterface(String),
}

fn literal(config: &ClientConfig) -> Option<Literal> {
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

fn look_up(scene: &Scene, config: &ClientConfig) {
    let name = config.hostname.as_str();
    let family = match config.address_family {
        AddressFamily::Any => Family::Any,
        AddressFamily::Inet => Family::V4,
        AddressFamily::Inet6 => Family::V6,
    };
    let lookup = Lookup::begin(name, config.port, family);
    while lookup.elapsed() < LIMIT && !scene.cancel.is_set() {
        if let Some((result, took)) = lookup.wait(LOOK) {
            observe(scene, name, result, took);
            return;
        }
    }
    if !scene.cancel.is_set() {
        let seconds = lookup.elapsed().as_secs_f64();
        let text = format!("getaddrinfo {name}: no answer in {seconds:.1} s");
        scene.observe(SystemLookup::TryAgain, text.clone());
        scene.observe(LookupTime::Slow, text);
    }
}

/// Records what the system's own look-up brought.
fn observe(scene: &Scene, name: &str, result: lookup::Found, took: Duration) {
    let time = if took > SLOW { LookupTime::Slow } else { LookupTime::Quick };
    let time_text = format!("getaddrinfo {name}: {:.1} ms", took.as_secs_f64() * 1000.0);
    match result {
        Ok(addresses) => {
            let text = format!("getaddrinfo {name}: {}", list(addresses.iter().map(|a| a.ip())));
            found(scene, addresses);
            scene.observe(SystemLookup::Found, text);
        }
        Err(error) => {
            let answer = match error {
                LookupError::NoSuchName => SystemLookup::NoSuchName,
                LookupError::NoAddress => SystemLookup::NoAddress,
                LookupError::TryAgain
                | LookupError::Failed
                | LookupError::System(_)
                | LookupError::Other(_) => SystemLookup::TryAgain,
            };
            scene.observe(answer, format!("getaddrinfo {name}: {error}"));
        }
    }
    scene.observe(time, time_text);
}

fn found(scene: &Scene, addresses: Vec<SocketAddr>) {
    let first = addresses.first().map(SocketAddr::ip);
    scene.learn(|f| f.addresses = addresses);
    if let Some(first) = first {
        scene.observe(kind::of(first), first.to_string());
    }
}

/// Addresses, a few of them, for a person.
fn list(addresses: impl IntoIterator<Item = IpAddr>) -> String {
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
