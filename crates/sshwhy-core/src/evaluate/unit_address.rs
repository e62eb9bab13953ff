//! What `IPAddressAllow=` and `IPAddressDeny=` of a unit make of a client.
//!
//! systemd.resource-control(5): the lists of the unit and of all slices above it count as one.
//! Whoever is in the allow list is let in; else whoever is in the deny list is not; else everybody
//! is. For a socket that systemd passes on, the lists of the socket unit count, not the service's.

use std::fmt;
use std::net::IpAddr;

use crate::parse::systemctl_show::Shown;
use crate::parse::unit_file::Assignment;

/// An address prefix.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prefix {
    address: IpAddr,
    bits: u8,
}

/// What becomes of a client's packets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// They pass: this entry of the unit's allow list lets them, or no list has them.
    Passes(Option<Entry>),
    /// This entry of a deny list drops them.
    Denied(Entry),
}

/// An entry of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The unit or slice that has it.
    pub unit: String,
    /// The name of the list.
    pub list: &'static str,
    /// What it holds.
    pub prefix: Prefix,
}

const ALLOW: &str = "IPAddressAllow";
const DENY: &str = "IPAddressDeny";

/// Judges a client by a unit and the slices above it, as `systemctl show` prints them.
pub fn judge(units: &[&Shown], client: IpAddr) -> Verdict {
    if let Some(entry) = matching(units, ALLOW, client) {
        return Verdict::Passes(Some(entry));
    }
    match matching(units, DENY, client) {
        Some(entry) => Verdict::Denied(entry),
        None => Verdict::Passes(None),
    }
}

fn matching(units: &[&Shown], list: &'static str, client: IpAddr) -> Option<Entry> {
    units.iter().find_map(|unit| {
        let mut prefixes = unit.value(list)?.split_whitespace().filter_map(Prefix::parse);
        let prefix = prefixes.find(|prefix| prefix.contains(client))?;
        Some(Entry { unit: unit.id().to_owned(), list, prefix })
    })
}

/// The line that put an entry into its list, among those of the unit's files in their order: the
/// last that names it since the list was last emptied.
pub fn line_of<'a>(entry: &Entry, lines: &'a [Assignment]) -> Option<&'a Assignment> {
    let of_list: Vec<&Assignment> = lines.iter().filter(|line| line.key == entry.list).collect();
    let start = of_list.iter().rposition(|line| line.value.is_empty()).map_or(0, |at| at + 1);
    let names = |line: &&&Assignment| {
        line.value.split_whitespace().flat_map(Prefix::parse_word).any(|p| p == entry.prefix)
    };
    of_list.get(start..)?.iter().rfind(names).copied()
}

/// The slices above a slice, itself first: `a-b.slice` is in `a.slice`, that in `-.slice`
/// (systemd.slice(5)).
pub fn slices_above(slice: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut name = slice.strip_suffix(".slice").unwrap_or_default();
    while !name.is_empty() && name != "-" {
        all.push(format!("{name}.slice"));
        name = name.rsplit_once('-').map_or("", |(above, _)| above);
    }
    all.push("-.slice".to_owned());
    all
}

impl Prefix {
    /// `address/bits`, or an address alone.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// A word of a unit file: a prefix or one of the names that stand for several.
    pub fn parse_word(word: &str) -> Vec<Self> {
        let prefixes: &[&str] = match word {
            "any" => &["0.0.0.0/0", "::/0"],
            "localhost" => &["127.0.0.0/8", "::1/128"],
            "link-local" => &["169.254.0.0/16", "fe80::/64"],
            "multicast" => &["224.0.0.0/4", "ff00::/8"],
            other => return Self::parse(other).into_iter().collect(),
        };
        prefixes.iter().filter_map(|p| Self::parse(p)).collect()
    }

    fn contains(self, address: IpAddr) -> bool {
        let shift = |width: u32| width.saturating_sub(self.bits.into());
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let start = |a: u32| a.checked_shr(shift(32)).unwrap_or(0);
                start(own.to_bits()) == start(other.to_bits())
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let start = |a: u128| a.checked_shr(shift(128)).unwrap_or(0);
                start(own.to_bits()) == start(other.to_bits())
            }
            _ => false,
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}={}", self.unit, self.list, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::systemctl_show;
    use crate::parse::unit_file;

    /// As systemd 252 prints it; written after its man pages and source, because no systemd runs
    /// where these tests do.
    const SHOWN: &str = "\
Id=ssh.service
IPAddressAllow=10.0.0.0/8 2001:db8::/32
IPAddressDeny=0.0.0.0/0 ::/0

Id=system.slice
IPAddressAllow=192.0.2.0/24
IPAddressDeny=

Id=-.slice
IPAddressAllow=
IPAddressDeny=198.51.100.7/32
";

    fn check(text: &str, client: &str, expected: &str) {
        let shown = systemctl_show::parse(text);
        let units: Vec<&Shown> = shown.iter().collect();
        let said = match judge(&units, client.parse().unwrap()) {
            Verdict::Passes(None) => "passes".to_owned(),
            Verdict::Passes(Some(entry)) => format!("passes: {entry}"),
            Verdict::Denied(entry) => format!("denied: {entry}"),
        };
        assert_eq!(said, expected, "{client}");
    }

    #[test]
    fn the_allow_list_comes_first_wherever_it_is() {
        check(SHOWN, "10.1.2.3", "passes: ssh.service: IPAddressAllow=10.0.0.0/8");
        check(SHOWN, "192.0.2.9", "passes: system.slice: IPAddressAllow=192.0.2.0/24");
        check(SHOWN, "192.0.3.9", "denied: ssh.service: IPAddressDeny=0.0.0.0/0");
        check(SHOWN, "::ffff:192.0.3.9", "denied: ssh.service: IPAddressDeny=0.0.0.0/0");
        check(SHOWN, "2001:db9::1", "denied: ssh.service: IPAddressDeny=::/0");
        let above = SHOWN.replace("Deny=0.0.0.0/0 ::/0", "Deny=");
        check(&above, "198.51.100.7", "denied: -.slice: IPAddressDeny=198.51.100.7/32");
        check(&above, "198.51.100.8", "passes");
    }

    #[test]
    fn hostile_lists() {
        check("", "10.0.0.1", "passes");
        check(
            "Id=a\nIPAddressDeny=any /8 10.0.0.0/33 ::/129 10.0.0.0/-1 x\n",
            "10.0.0.1",
            "passes",
        );
        check("IPAddressDeny=10.0.0.1\n", "10.0.0.1", "denied: : IPAddressDeny=10.0.0.1/32");
    }

    #[test]
    fn lines() {
        let text = "[Service]\nIPAddressDeny=any\nIPAddressDeny=\nIPAddressDeny=10.0.0.0/8\n\
                    IPAddressDeny=any\n";
        let lines = unit_file::parse("f", text);
        let entry = |prefix: &str| Entry {
            unit: "ssh.service".into(),
            list: DENY,
            prefix: Prefix::parse(prefix).unwrap(),
        };
        let line = |prefix| line_of(&entry(prefix), &lines).map(|line| line.place.line);
        assert_eq!(line("0.0.0.0/0"), Some(5));
        assert_eq!(line("::/0"), Some(5));
        assert_eq!(line("10.0.0.0/8"), Some(4));
        assert_eq!(line("192.0.2.0/24"), None);
        assert_eq!(line_of(&entry("::/0"), &lines[..2]), None);
        assert_eq!(line_of(&entry("::/0"), &[]), None);
    }

    #[test]
    fn slices() {
        assert_eq!(slices_above("system.slice"), ["system.slice", "-.slice"]);
        assert_eq!(slices_above("a-b-c.slice"), ["a-b-c.slice", "a-b.slice", "a.slice", "-.slice"]);
        for odd in ["", "-.slice", ".slice", "x"] {
            assert_eq!(slices_above(odd), ["-.slice"], "{odd}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a-f.:/]{0,20}", slice in "[-a.slice]{0,20}") {
            if let Some(prefix) = Prefix::parse(&text) {
                prop_assert!(prefix.contains(prefix.address) || prefix.address.to_canonical() != prefix.address);
            }
            slices_above(&slice);
        }
    }
}
