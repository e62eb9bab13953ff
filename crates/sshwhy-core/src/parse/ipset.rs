//! What `ipset save` prints (ipset(8)): the sets that rules of iptables ask for.

use std::collections::HashMap;
use std::net::IpAddr;

use super::iptables_save::Problem;
use super::iptables_save::net;
use super::iptables_save::net::Net;

/// Most prefixes that one range of addresses takes: two for each bit.
const MAX_PREFIXES: usize = 256;

/// All sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sets {
    /// In the order of the text.
    pub sets: Vec<Set>,
    /// What was not understood, by line.
    pub problems: Vec<Problem>,
}

/// A set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// What its elements are made of, from its type: `hash:ip,port` has two parts. Empty for a list of sets.
    pub parts: Vec<Part>,
    /// Whether its addresses are IPv6; `None` for a type without addresses.
    pub is_ipv6: Option<bool>,
    /// How many bits of an address count.
    pub netmask: Option<u32>,
    /// Its elements.
    pub elements: Vec<Element>,
    /// The sets that a list holds, in order.
    pub members: Vec<String>,
    /// Something of it was not understood: it may hold more than is here.
    pub unclear: bool,
}

/// What a part of an element is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// An address or a network.
    Address,
    /// A protocol and a port, or a port alone in a bitmap.
    Port,
    /// An interface.
    Interface,
    /// A hardware address.
    Mac,
    /// A mark.
    Mark,
}

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its first part.
    pub first: Value,
    /// The others.
    pub rest: Box<[Value]>,
    /// `nomatch`: an exception of a larger network.
    pub nomatch: bool,
    /// Its line, from 1.
    pub line: u32,
}

/// The value of a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An address or a network.
    Net(Net),
    /// Ports, both ends included, of TCP or of any protocol.
    Ports(u16, u16),
    /// An interface, by its name.
    Interface(String),
    /// A hardware address.
    Mac([u8; 6]),
    /// Something that no packet of ours is: another protocol, a port of the bridge, a mark.
    Never,
}

/// Reads what `ipset save` prints.
pub fn parse_ipset(text: &str) -> Sets {
    let mut sets = Sets::default();
    let mut by_name = HashMap::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let mut words = line.split_ascii_whitespace();
        let known = match words.next() {
            None => continue,
            Some("#" | "COMMIT") => continue,
            Some("create" | "-N") => create(&mut sets, &mut by_name, words),
            Some("add" | "-A") => add(&mut sets, &by_name, words, number),
            Some(_) => None,
        };
        if known.is_none() {
            sets.problems.push(Problem { line: number, what: "not a set or an element of one" });
        }
    }
    sets
}

fn create<'a>(
    sets: &mut Sets,
    by_name: &mut HashMap<&'a str, usize>,
    mut words: impl Iterator<Item = &'a str>,
) -> Option<()> {
    let name = words.next()?;
    let (method, parts) = words.next()?.split_once(':')?;
    let mut set = Set { name: name.to_owned(), ..Set::default() };
    if method != "list" {
        for part in parts.split(',') {
            match part {
                "ip" | "net" => set.parts.push(Part::Address),
                "port" => set.parts.push(Part::Port),
                "iface" => set.parts.push(Part::Interface),
                "mac" => set.parts.push(Part::Mac),
                "mark" => set.parts.push(Part::Mark),
                _ => set.unclear = true,
            }
        }
    }
    if set.parts.contains(&Part::Address) {
        set.is_ipv6 = Some(false);
    }
    while let Some(option) = words.next() {
        match option {
            "family" if set.is_ipv6.is_some() => {
                set.is_ipv6 = words.next().map(|f| f == "inet6");
            }
            "netmask" => set.netmask = words.next()?.parse().ok(),
            // Compares only some bits, or the interface by its beginning.
            "bitmask" | "wildcard" => set.unclear = true,
            _ => {}
        }
    }
    by_name.insert(name, sets.sets.len());
    sets.sets.push(set);
    Some(())
}

fn add<'a>(
    sets: &mut Sets,
    by_name: &HashMap<&'a str, usize>,
    mut words: impl Iterator<Item = &'a str>,
    line: u32,
) -> Option<()> {
    let set = sets.sets.get_mut(*by_name.get(words.next()?)?)?;
    let element = words.next()?;
    let nomatch = words.take_while(|word| *word != "comment").any(|word| word == "nomatch");
    if set.parts.is_empty() {
        set.members.push(element.to_owned());
        return Some(());
    }
    if add_element(set, element, nomatch, line).is_none() {
        set.unclear = true;
        return None;
    }
    Some(())
}

fn add_element(set: &mut Set, text: &str, nomatch: bool, line: u32) -> Option<()> {
    let mut texts = text.split(',');
    let first = texts.next()?;
    let mut rest = Vec::new();
    for part in set.parts.get(1..)? {
        // A bitmap may hold an address whose hardware address is not known yet.
        match texts.next() {
            Some(text) => rest.push(value(*part, text, set.netmask)?),
            None if *part == Part::Mac => {}
            None => return None,
        }
    }
    let rest: Box<[Value]> = rest.into();
    if *set.parts.first()? == Part::Address
        && let Some((from, to)) = first.split_once('-')
    {
        for net in prefixes(from.parse().ok()?, to.parse().ok()?)? {
            let (first, rest) = (Value::Net(net), rest.clone());
            set.elements.push(Element { first, rest, nomatch, line });
        }
        return Some(());
    }
    let first = value(*set.parts.first()?, first, set.netmask)?;
    set.elements.push(Element { first, rest, nomatch, line });
    Some(())
}

fn value(part: Part, text: &str, netmask: Option<u32>) -> Option<Value> {
    Some(match part {
        Part::Address => Value::Net(match netmask {
            Some(bits) if !text.contains('/') => Net::of(text.parse().ok()?, bits)?,
            _ => Net::parse(text)?,
        }),
        Part::Port => match text.split_once(':') {
            Some(("tcp" | "6", ports)) => ports_of(ports)?,
            Some(_) => Value::Never,
            None => ports_of(text)?,
        },
        Part::Interface if text.starts_with("physdev:") => Value::Never,
        Part::Interface => Value::Interface(text.to_owned()),
        Part::Mac => Value::Mac(mac(text)?),
        Part::Mark => Value::Never,
    })
}

fn ports_of(text: &str) -> Option<Value> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(Value::Ports(from.parse().ok()?, to.parse().ok()?))
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let mut address = [0; 6];
    let mut parts = text.split(':');
    for byte in &mut address {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(address)
}

/// The fewest networks that hold the addresses from one to another.
fn prefixes(from: IpAddr, to: IpAddr) -> Option<Vec<Net>> {
    let width = if from.is_ipv4() { 32 } else { 128 };
    let shift = 128 - width;
    let (mut next, last) = (net::number(from) >> shift, net::number(to) >> shift);
    if from.is_ipv4() != to.is_ipv4() || next > last {
        return None;
    }
    let mut nets = Vec::new();
    while nets.len() < MAX_PREFIXES {
        // The largest network that begins here and does not end too late.
        let room = (last - next).checked_add(1).map_or(128, |n| 127 - n.leading_zeros());
        let size = next.trailing_zeros().min(room).min(width);
        let address = match from {
            IpAddr::V4(_) => IpAddr::V4(u32::try_from(next).ok()?.into()),
            IpAddr::V6(_) => IpAddr::V6(next.into()),
        };
        nets.push(Net::of(address, width - size)?);
        match 1u128.checked_shl(size).and_then(|count| next.checked_add(count)) {
            Some(after) if after <= last => next = after,
            _ => return Some(nets),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_range(from: &str, to: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|n| Net::parse(n).unwrap()).collect();
        assert_eq!(prefixes(from.parse().unwrap(), to.parse().unwrap()).unwrap(), expected);
    }

    #[test]
    fn ranges_become_networks() {
        check_range("10.0.0.0", "10.0.0.255", &["10.0.0.0/24"]);
        check_range("10.0.0.1", "10.0.0.4", &["10.0.0.1", "10.0.0.2/31", "10.0.0.4"]);
        check_range("0.0.0.0", "255.255.255.255", &["0.0.0.0/0"]);
        check_range("255.255.255.255", "255.255.255.255", &["255.255.255.255"]);
        check_range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", &["::/0"]);
        assert_eq!(prefixes("10.0.0.2".parse().unwrap(), "10.0.0.1".parse().unwrap()), None);
        assert_eq!(prefixes("10.0.0.2".parse().unwrap(), "::1".parse().unwrap()), None);
    }

    #[test]
    fn damage_is_listed_and_makes_a_set_unclear() {
        let text = "create s hash:ip family inet\nadd s what\nadd none 1.2.3.4\nnoise\nadd s\ncreate\ncreate x\n";
        let sets = parse_ipset(text);
        let lines: Vec<_> = sets.problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
        assert!(sets.sets[0].unclear);
    }

    #[test]
    fn real_output() {
        let text = "create s hash:ip,port family inet hashsize 1024 maxelem 65536 timeout 100 counters comment\n\
            add s 10.0.0.1,tcp:22 timeout 99 packets 0 bytes 0 comment \"a nomatch\"\n\
            add s 10.0.0.1,udp:53\n\
            create n hash:net family inet6 hashsize 1024\nadd n 2001:db8::/32 nomatch\n\
            create b bitmap:port range 0-1000\nadd b 22\n\
            create m hash:ip family inet netmask 24 initval 0x1\nadd m 10.2.3.0\n\
            create i hash:net,iface family inet\nadd i 10.0.0.0/8,eth0\n\
            create l list:set size 8\nadd l s\n";
        let sets = parse_ipset(text);
        assert_eq!(sets.problems, []);
        let [s, n, b, m, i, l] = sets.sets.as_slice() else { panic!() };
        assert_eq!(s.elements[0].rest[0], Value::Ports(22, 22));
        assert!(!s.elements[0].nomatch);
        assert_eq!(s.elements[1].rest[0], Value::Never);
        assert_eq!((n.is_ipv6, n.elements[0].nomatch), (Some(true), true));
        assert_eq!((b.is_ipv6, &b.elements[0].first), (None, &Value::Ports(22, 22)));
        assert_eq!(m.elements[0].first, Value::Net(Net::parse("10.2.3.0/24").unwrap()));
        assert_eq!(i.elements[0].rest[0], Value::Interface("eth0".to_owned()));
        assert_eq!(l.members, ["s"]);
    }
}
