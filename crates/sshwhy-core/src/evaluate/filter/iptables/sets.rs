//! Whether a set of ipset has a packet (ipset(8); Linux `net/netfilter/ipset`).

use std::collections::HashMap;
use std::net::IpAddr;

use super::Tri;
use super::index::Prefixes;
use crate::evaluate::filter::Packet;
use crate::parse::ipset;
use crate::parse::ipset::Element;
use crate::parse::ipset::Part;
use crate::parse::ipset::Value;
use crate::parse::iptables_save::kind::SetMatch;
use crate::parse::iptables_save::kind::Side;
use crate::parse::iptables_save::net::number;

/// Sets of sets that hold one another would not end.
const MAX_DEPTH: u8 = 4;

/// All sets of a host, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Sets {
    sets: HashMap<String, Set>,
}

#[derive(Clone, Debug)]
struct Set {
    set: ipset::Set,
    prefixes: Prefixes,
}

impl Sets {
    /// Makes them ready.
    pub fn new(parsed: ipset::Sets) -> Self {
        let prepare = |set: ipset::Set| {
            let keys = set.elements.iter().enumerate().filter_map(|(i, element)| {
                let Value::Net(net) = &element.first else { return None };
                let (first, bits) = net.prefix()?;
                Some((bits, first, u32::try_from(i).ok()?))
            });
            let prefixes = Prefixes::new(keys.collect());
            (set.name.clone(), Set { set, prefixes })
        };
        Self { sets: parsed.sets.into_iter().map(prepare).collect() }
    }

    /// Whether the set has the packet. `mac` is the hardware address of the sender.
    pub(super) fn test(&self, wanted: &SetMatch<'_>, packet: &Packet, mac: Option<[u8; 6]>) -> Tri {
        if wanted.compares_counters {
            return Tri::Unknown("the counters of the set are not compared");
        }
        self.test_named(&wanted.name, wanted, packet, mac, 0)
    }

    fn test_named(
        &self,
        name: &str,
        wanted: &SetMatch<'_>,
        packet: &Packet,
        mac: Option<[u8; 6]>,
        depth: u8,
    ) -> Tri {
        let Some(set) = self.sets.get(name) else {
            return Tri::Unknown("the set is not among those that could be read");
        };
        if set.set.parts.is_empty() {
            if depth > MAX_DEPTH || set.set.unclear {
                return Tri::Unknown("what the set holds was not understood");
            }
            let members = set.set.members.iter();
            return members.fold(Tri::No, |found, member| {
                found.or(|| self.test_named(member, wanted, packet, mac, depth + 1))
            });
        }
        set.test(wanted, packet, mac)
    }
}

impl Set {
    fn test(&self, wanted: &SetMatch<'_>, packet: &Packet, mac: Option<[u8; 6]>) -> Tri {
        // ip_set_test: too few directions, or another family, is no match.
        if wanted.sides.len() < self.set.parts.len()
            || self.set.is_ipv6.is_some_and(|v6| v6 != packet.source.is_ipv6())
        {
            return Tri::No;
        }
        let found = match self.set.parts.first() {
            Some(Part::Address) => {
                let address = address(packet, wanted.sides.first().copied());
                self.by_address(wanted, packet, mac, address)
            }
            _ => self.set.elements.iter().fold(Tri::No, |found, element| {
                found.or(|| self.all(element, wanted, packet, mac))
            }),
        };
        match found {
            // What was not understood may be what we look for.
            Tri::No if self.set.unclear => Tri::Unknown("what the set holds was not understood"),
            found => found,
        }
    }

    /// The most specific network that has the address and whose other parts agree decides.
    fn by_address(
        &self,
        wanted: &SetMatch<'_>,
        packet: &Packet,
        mac: Option<[u8; 6]>,
        address: IpAddr,
    ) -> Tri {
        let mut unknown = Tri::No;
        for element in self.prefixes.longest_first(number(address)) {
            let Some(element) = self.set.elements.get(element as usize) else { continue };
            match self.all(element, wanted, packet, mac) {
                Tri::Yes if element.nomatch && !wanted.return_nomatch => return unknown,
                Tri::Yes => return Tri::Yes,
                Tri::No => {}
                found @ Tri::Unknown(_) => unknown = found,
            }
        }
        unknown
    }

    fn all(
        &self,
        element: &Element,
        wanted: &SetMatch<'_>,
        packet: &Packet,
        mac: Option<[u8; 6]>,
    ) -> Tri {
        let values = std::iter::once(&element.first).chain(&*element.rest);
        values
            .zip(&wanted.sides)
            .fold(Tri::Yes, |all, (value, side)| all.and(|| self.one(value, *side, packet, mac)))
    }

    fn one(&self, value: &Value, side: Side, packet: &Packet, mac: Option<[u8; 6]>) -> Tri {
        match value {
            Value::Net(net) => Tri::from(net.contains(address(packet, Some(side)))),
            Value::Ports(from, to) => {
                let port = match side {
                    Side::Source => packet.source_port,
                    _ => packet.destination_port,
                };
                Tri::port(port, *from, *to)
            }
            Value::Interface(name) => {
                let interface = match side {
                    Side::Source => &packet.input,
                    _ => &packet.output,
                };
                interface.as_ref().map_or(
                    Tri::Unknown("by which interface the packet passes is not known"),
                    |interface| Tri::from(interface == name),
                )
            }
            Value::Mac(wanted) if side == Side::Source && packet.incoming => mac
                .map_or(Tri::Unknown("the hardware address of the sender is not known"), |mac| {
                    Tri::from(mac == *wanted)
                }),
            Value::Mac(_) | Value::Never => Tri::No,
        }
    }
}

fn address(packet: &Packet, side: Option<Side>) -> IpAddr {
    match side {
        Some(Side::Source) => packet.source,
        _ => packet.destination,
    }
}
