//! `/etc/hosts`: names that are known without asking (hosts(5)).
//!
//! Must never decide whether the file is asked at all: that is for `nsswitch.conf`.

use std::net::IpAddr;

/// One line that names an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostsEntry {
    /// The address.
    pub address: IpAddr,
    /// The zone of a link-local IPv6 address.
    pub zone: Option<String>,
    /// The canonical name, then the aliases.
    pub names: Vec<String>,
    /// Line number from 1.
    pub line: u32,
}

/// Reads the file. A line without a valid address or without a name is skipped, as the C library does.
pub fn parse_hosts(text: &str) -> Vec<HostsEntry> {
    let lines = (1..=u32::MAX).zip(text.lines());
    lines.filter_map(|(number, line)| entry(number, line)).collect()
}

/// The entries that a lookup of `name` finds, in the order of the file. Case does not count; a final dot does.
pub fn entries_of<'a>(entries: &'a [HostsEntry], name: &str) -> Vec<&'a HostsEntry> {
    let named = |entry: &&HostsEntry| entry.names.iter().any(|n| n.eq_ignore_ascii_case(name));
    entries.iter().filter(named).collect()
}

fn entry(line: u32, text: &str) -> Option<HostsEntry> {
    let text = text.split('#').next().unwrap_or_default();
    let mut words = text.split_whitespace();
    let address = words.next()?;
    let (address, zone) = address.split_once('%').map_or((address, None), |(a, z)| (a, Some(z)));
    let address = address.parse().ok()?;
    let names: Vec<String> = words.map(str::to_owned).collect();
    (!names.is_empty()).then(|| HostsEntry { address, zone: zone.map(str::to_owned), names, line })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, name: &str, expected: &[(&str, u32)]) {
        let entries = parse_hosts(text);
        let found: Vec<(String, u32)> =
            entries_of(&entries, name).iter().map(|e| (e.address.to_string(), e.line)).collect();
        let expected: Vec<(String, u32)> =
            expected.iter().map(|(a, l)| ((*a).to_owned(), *l)).collect();
        assert_eq!(found, expected, "{name:?} in {text:?}");
    }

    #[test]
    fn lines_that_name_nothing_are_skipped() {
        for text in [
            "",
            "\n",
            "# 192.0.2.1 box",
            "192.0.2.1",
            "192.0.2.1 # box",
            "192.0.2.300 box",
            "box 192.0.2.1",
            "0x7f.1 box",
        ] {
            check(text, "box", &[]);
        }
    }

    #[test]
    fn names_and_aliases() {
        let text = "127.0.0.1\tlocalhost\r\n\n192.0.2.1 box.example box # mine\n2001:db8::1 BOX\nfe80::1%eth0 near\n";
        check(text, "box", &[("192.0.2.1", 3), ("2001:db8::1", 4)]);
        check(text, "Box.Example", &[("192.0.2.1", 3)]);
        check(text, "bo", &[]);
        check(text, "box.", &[]);
        assert_eq!(parse_hosts(text)[3].zone.as_deref(), Some("eth0"));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            for entry in parse_hosts(&text) {
                prop_assert!(!entry.names.is_empty());
            }
        }
    }
}
