//! Patterns that match nobody, or not those whom they seem to match.

use std::net::Ipv4Addr;

use super::is_absent;
use crate::evaluate::wrappers::Lookup;
use crate::evaluate::wrappers::pattern::bracketed;
use crate::evaluate::wrappers::pattern::mask4;
use crate::parse::hosts_access::number;
use crate::parse::hosts_access::split_at;

/// What is wrong with a pattern, to go after it; `None` when nothing is.
pub(super) fn warning(pattern: &[u8], lookup: &dyn Lookup) -> Option<String> {
    if pattern.starts_with(b"/") {
        return is_absent(pattern, lookup)
            .then(|| "matches nobody: there is no such file".to_owned());
    }
    if pattern.starts_with(b"!") {
        return Some("matches nobody: what ! means elsewhere is written EXCEPT here".to_owned());
    }
    let count = |byte: u8| pattern.iter().filter(|b| **b == byte).count();
    if count(b'[') != count(b']') {
        return Some("has a bracket without its other: no colon after it separates".to_owned());
    }
    if let Some((net, mask)) = split_at(pattern, b'/') {
        return in_net(net, mask);
    }
    if let Some(inner) = bracketed(pattern) {
        return in_brackets(inner);
    }
    let is_numeric = pattern.iter().all(|b| b.is_ascii_digit() || b".-".contains(b));
    if is_numeric && pattern.contains(&b'-') {
        return Some("matches nobody: libwrap knows no ranges".to_owned());
    }
    let is_partial = pattern.ends_with(b".") || pattern.starts_with(b".");
    if is_numeric && !is_partial && number::plain_v4(pattern).is_none() {
        return Some(
            "matches nobody: it is no address, and the beginning of one ends in a dot".to_owned(),
        );
    }
    None
}

fn in_brackets(inner: &[u8]) -> Option<String> {
    if let Some((address, length)) = split_at(inner, b'/')
        && number::v6(address).is_some()
    {
        let (address, length) = (String::from_utf8_lossy(address), String::from_utf8_lossy(length));
        return Some(format!("matches nobody: write [{address}]/{length}"));
    }
    let address = inner.split(|b| *b == b'%').next().unwrap_or_default();
    number::v6(address)
        .is_none()
        .then(|| "matches nobody: only an IPv6 address stands in brackets".to_owned())
}

fn in_net(net: &[u8], mask: &[u8]) -> Option<String> {
    if let Some(inner) = bracketed(net) {
        let is_length = (0..=128).contains(&number::leading_int(mask));
        return in_brackets(inner)
            .or_else(|| (!is_length).then(|| "matches nobody: no such length".to_owned()));
    }
    if net.iter().any(|b| b"*?".contains(b)) {
        return Some("matches nobody: * and ? have no meaning before a slash".to_owned());
    }
    let Some(net) = number::dot_quad(net) else {
        return Some("matches nobody: a net has four numbers before its slash".to_owned());
    };
    let Some(mask) = mask4(mask) else {
        return Some(match number::leading_int(mask) {
            0 => "matches nobody: for everybody write ALL, or 0.0.0.0/0.0.0.0".to_owned(),
            255 => "matches nobody: for one address write no mask, or /32".to_owned(),
            _ => "matches nobody: no such mask".to_owned(),
        });
    };
    let base = Ipv4Addr::from(net & mask);
    (net & !mask != 0).then(|| {
        format!(
            "matches nobody: the address goes beyond its own mask; the net is {base}/{}",
            shown(mask)
        )
    })
}

/// A mask as a length, if it is one.
fn shown(mask: u32) -> String {
    let length = mask.leading_ones();
    let is_length = length == 32 || mask << length == 0;
    if is_length { length.to_string() } else { Ipv4Addr::from(mask).to_string() }
}
