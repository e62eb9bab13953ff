//! The client's name as libwrap takes it: it must lead back to the address, and be the canonical one.

use std::net::IpAddr;
use std::time::Duration;

use sshwhy_core::evaluate::wrappers::NameLookup;

use crate::sys::canonical_name;
use crate::sys::reverse_lookup;

/// How long both look-ups together are waited for. sshd waits for as long as they take.
const LIMIT: Duration = Duration::from_secs(6);

/// The name, and what was seen, to go after a text.
pub(super) fn look_up(address: IpAddr) -> (NameLookup, String) {
    // libwrap takes an IPv4 address that is written as an IPv6 one for what it is.
    let address = address.to_canonical();
    let Some((name, took)) = reverse_lookup::name_of(address, LIMIT) else {
        return (NameLookup::NotAsked, format!("; no name for {address} within {LIMIT:?}"));
    };
    let Some(name) = name else {
        return (NameLookup::Unknown, format!("; {address} has no name"));
    };
    // A name that reads as an address could pass for one.
    if name.parse::<IpAddr>().is_ok() {
        return (
            NameLookup::Paranoid,
            format!("; the name of {address} is another address: {name}"),
        );
    }
    let Some(found) = canonical_name::find(&name, address, LIMIT.saturating_sub(took)) else {
        let text = format!("; {address} is {name}, but what that leads to was not told in time");
        return (NameLookup::NotAsked, text);
    };
    let text = format!("; {address} is {name}");
    match found {
        Some(found) if !is_canonical(&name, &found.name) => {
            let text = format!("{text}, which is another name for {}", found.name);
            (NameLookup::Paranoid, text)
        }
        Some(found) if found.addresses.contains(&address) => (NameLookup::Known(name), text),
        _ => (NameLookup::Paranoid, format!("{text}, which does not lead back to it")),
    }
}

fn is_canonical(name: &str, canonical: &str) -> bool {
    name.eq_ignore_ascii_case(canonical) || name.eq_ignore_ascii_case("localhost")
}
