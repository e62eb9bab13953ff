//! The two packets that a local filter can stop, and whether the simple fields of a rule fit them.
//!
//! Each answer has three values: `None` when a field is beyond us, which must never be taken for a
//! match.

use std::net::IpAddr;

/// A TCP packet as a packet filter sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Packet {
    /// The source address.
    pub(super) source: Option<IpAddr>,
    /// The destination address.
    pub(super) destination: Option<IpAddr>,
    /// The source port.
    pub(super) source_port: Option<u16>,
    /// The destination port.
    pub(super) destination_port: Option<u16>,
    /// The interface that it leaves by.
    pub(super) leaves_by: Option<String>,
    /// The interface that it comes in by.
    pub(super) comes_by: Option<String>,
}

/// Whether the packet's address lies in `a.b.c.d[/bits]`.
pub(super) fn address(of: Option<IpAddr>, value: &str) -> Option<bool> {
    let (network, bits) = value.split_once('/').map_or((value, None), |(n, b)| (n, Some(b)));
    let network: IpAddr = network.parse().ok()?;
    let of = of?;
    if of.is_ipv4() != network.is_ipv4() {
        return Some(false);
    }
    let width = if of.is_ipv4() { 32 } else { 128 };
    let bits: u32 = bits.map_or(Some(width), |b| b.parse().ok().filter(|b| *b <= width))?;
    let number = |address| match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    let differing = number(of) ^ number(network);
    Some(differing.checked_shr(width - bits).unwrap_or(0) == 0)
}

/// Whether the packet's port is `n`, or lies in `n:m` or `n-m`.
pub(super) fn port(of: Option<u16>, value: &str) -> Option<bool> {
    let (low, high) = value.split_once([':', '-']).unwrap_or((value, value));
    let (low, high): (u16, u16) = (low.parse().ok()?, high.parse().ok()?);
    of.map(|port| (low..=high).contains(&port))
}

/// Whether TCP is the protocol of that name or number.
pub(super) fn protocol(value: &str) -> Option<bool> {
    Some(matches!(value, "tcp" | "6" | "all"))
}

/// Whether the interface has that name; `wildcard` stands for any end of it.
pub(super) fn interface(of: Option<&str>, value: &str, wildcard: char) -> Option<bool> {
    let of = of?;
    Some(match value.strip_suffix(wildcard) {
        Some(start) => of.starts_with(start),
        None => of == value,
    })
}

/// Whether one of the values fits; an unknown one counts only when no other fits.
pub(super) fn any<'a>(
    values: impl IntoIterator<Item = &'a str>,
    fits: impl Fn(&str) -> Option<bool>,
) -> Option<bool> {
    let mut all_known = true;
    for value in values {
        match fits(value) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(false)
}

/// Words of a rule; what stands in double quotes is one word, without them.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut any) = (false, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => word.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                any = true;
            }
            c if c.is_whitespace() && !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_a_match() {
        let v4 = Some(IpAddr::from([10, 1, 2, 3]));
        let check = |value: &str, expected| assert_eq!(address(v4, value), expected, "{value}");
        check("10.1.2.3", Some(true));
        check("10.1.2.3/32", Some(true));
        check("10.0.0.0/8", Some(true));
        check("0.0.0.0/0", Some(true));
        check("10.1.2.0/31", Some(false));
        check("fd00::/8", Some(false));
        check("10.0.0.0/33", None);
        check("10.0.0.0/255.0.0.0", None);
        check("@bad", None);
        assert_eq!(address(Some("fd00::1".parse().unwrap()), "::/0"), Some(true));
        assert_eq!(address(None, "10.0.0.0/8"), None);
        assert_eq!(port(Some(22), "20:25"), Some(true));
        assert_eq!(port(Some(22), "23-25"), Some(false));
        assert_eq!(port(Some(22), "ssh"), None);
        assert_eq!(port(None, "22"), None);
        assert_eq!(interface(Some("eth0"), "eth+", '+'), Some(true));
        assert_eq!(interface(Some("tun0"), "eth+", '+'), Some(false));
        let fits = |value: &str| port(Some(22), value);
        assert_eq!(any(["ssh", "22"], fits), Some(true));
        assert_eq!(any(["ssh", "23"], fits), None);
        assert_eq!(any(["24", "23"], fits), Some(false));
    }

    #[test]
    fn quotes_hold_a_word_together() {
        assert_eq!(words(r#" a "b \"c\" d"  "" e"#), ["a", r#"b "c" d"#, "", "e"]);
        assert_eq!(words("\"open"), ["open"]);
        assert!(words("  ").is_empty());
    }
}
