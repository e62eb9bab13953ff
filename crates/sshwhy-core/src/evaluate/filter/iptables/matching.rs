//! Whether a condition holds for a packet.

use std::net::IpAddr;

use super::CtState;
use super::Packet;
use super::Tri;
use super::limits;
use super::walk::Tracking;
use super::walk::Walk;
pub(super) use crate::parse::iptables_save::Match;
use crate::parse::iptables_save::kind::Side;
use crate::parse::iptables_save::kind::Text;
use crate::parse::iptables_save::kind::address_type;
use crate::parse::iptables_save::kind::state;
use crate::parse::iptables_save::kind::status;
use crate::parse::iptables_save::net::number;

/// IP and TCP headers without options, IPv4.
const SHORTEST: u16 = 40;

/// IPv6, and all options that TCP has room for.
const LONGEST: u16 = 100;

/// Whether a condition holds. Lists that the condition writes are written, in the walk's state.
pub(super) fn holds(condition: &Match<'_>, walk: &mut Walk<'_, '_>) -> Tri {
    let packet = walk.packet;
    match condition {
        Match::Source { not, net } => Tri::from(net.contains(packet.source) != *not),
        Match::Destination { not, net } => Tri::from(net.contains(packet.destination) != *not),
        Match::Protocol { not, number } => Tri::from((*number == 6) != *not),
        Match::SourcePort { not, from, to } => {
            Tri::port(packet.source_port, *from, *to).negated(*not)
        }
        Match::DestinationPort { not, from, to } => {
            Tri::port(packet.destination_port, *from, *to).negated(*not)
        }
        Match::Flags { not, mask, set } => Tri::from((packet.flags & mask == *set) != *not),
        Match::Fragment { not } | Match::Never { not } => Tri::from(*not),
        Match::Input { not, name } => interface(walk, true, name).negated(*not),
        Match::Output { not, name } => interface(walk, false, name).negated(*not),
        Match::Ports { not, side, ranges } => ports(walk, *side, ranges).negated(*not),
        Match::Range { not, side, ends } => range(walk, *side, ends).negated(*not),
        Match::AddressType { not, side, types } => {
            address_type(walk, address(walk, *side), *types).negated(*not)
        }
        Match::Mac { not, address } => mac(walk, *address).negated(*not),
        Match::Length { not, from, to } => length(walk, *from, *to).negated(*not),
        Match::PacketType { not, unicast } => Tri::from(unicast != not),
        Match::ReversePath { not } => walk
            .world
            .reverse_path
            .map_or(Tri::Unknown("the way back to the client is not known"), Tri::from)
            .negated(*not),
        Match::Ipsec { wanted } => match walk.world.ipsec {
            Some(false) => Tri::from(!wanted),
            _ => Tri::Unknown("whether IPsec handles the packet is not known"),
        },
        Match::Text(text) => text_found(walk, text).negated(text.not),
        Match::Unknown { .. } => Tri::Unknown("it has a condition that cannot be judged"),
        Match::Set { .. } | Match::Time(_) | Match::Uid { .. } | Match::Gid { .. } => {
            from_world(condition, walk)
        }
        Match::State { .. }
        | Match::Status { .. }
        | Match::Origin { .. }
        | Match::OriginPort { .. }
        | Match::Direction { .. }
        | Match::Mark { .. }
        | Match::ConnectionMark { .. } => of_connection(condition, walk),
        Match::Limit { .. } | Match::HashLimit(_) | Match::ConnLimit(_) | Match::Recent(_) => {
            limits::holds(condition, walk)
        }
    }
}

/// Whether a condition counts, so that it may hold now and not later.
pub(super) fn counts(condition: &Match<'_>) -> bool {
    use crate::parse::iptables_save::kind::RecentMode;
    match condition {
        Match::Limit { .. } | Match::HashLimit(_) | Match::ConnLimit(_) => true,
        Match::Recent(recent) => matches!(recent.mode, RecentMode::Check | RecentMode::Update),
        _ => false,
    }
}

fn from_world(condition: &Match<'_>, walk: &Walk<'_, '_>) -> Tri {
    match condition {
        Match::Set { not, set } => {
            if walk.state.changed_sets.iter().any(|changed| *changed == set.name) {
                return Tri::Unknown("an earlier rule changes the set");
            }
            match &walk.world.sets {
                None => Tri::Unknown("the sets could not be read"),
                Some(sets) => sets.test(set, walk.packet, walk.world.mac).negated(*not),
            }
        }
        Match::Time(time) => limits::time(time, walk.world.now),
        // The module owner sees only packets that a process of this host sends.
        Match::Uid { not, .. } | Match::Gid { not, .. } if walk.packet.incoming => Tri::from(*not),
        Match::Uid { not, from, to } => id(walk.world.sender.map(|s| s.0), *from, *to, *not),
        Match::Gid { not, from, to } => id(walk.world.sender.map(|s| s.1), *from, *to, *not),
        _ => Tri::No,
    }
}

fn id(id: Option<u32>, from: u32, to: u32, not: bool) -> Tri {
    id.map_or(Tri::Unknown("which user sends the packet is not known"), |id| {
        Tri::from((from..=to).contains(&id) != not)
    })
}

fn of_connection(condition: &Match<'_>, walk: &Walk<'_, '_>) -> Tri {
    const UNCLEAR: Tri = Tri::Unknown("whether the packet is tracked depends on an earlier rule");
    let packet = walk.packet;
    if let Match::Mark { not, value, mask } = condition {
        return walk.state.mark.map_or(Tri::Unknown("the packet's mark is not known"), |mark| {
            Tri::from((mark & mask == *value) != *not)
        });
    }
    let tracked = match walk.state.tracking {
        Tracking::Unclear => return UNCLEAR,
        Tracking::On => !matches!(packet.state, CtState::Untracked | CtState::Invalid),
        Tracking::NotYet | Tracking::Off => false,
    };
    if let Match::State { not, states } = condition {
        return Tri::from((states & ct_state(walk) != 0) != *not);
    }
    if !tracked {
        // xt_conntrack, xt_connmark: without a connection there is nothing that could match.
        return Tri::No;
    }
    // The connection as its first packet went: from the client to the receiver that it chose.
    let (client, server) = if packet.is_original() {
        (packet.source, (packet.destination, packet.destination_port))
    } else {
        (packet.destination, (packet.source, packet.source_port))
    };
    let server = packet.original.unwrap_or(server);
    match condition {
        Match::Origin { not, side: Side::Source, net } => Tri::from(net.contains(client) != *not),
        Match::Origin { not, net, .. } => Tri::from(net.contains(server.0) != *not),
        Match::OriginPort { not, from, to } => Tri::port(server.1, *from, *to).negated(*not),
        Match::Direction { reply } => Tri::from(packet.is_original() != *reply),
        Match::Status { not, bits } => status_of(packet, *bits).negated(*not),
        Match::ConnectionMark { not, value, mask } => walk
            .state
            .connection_mark
            .map_or(Tri::Unknown("the connection's mark is not known"), |mark| {
                Tri::from((mark & mask == *value) != *not)
            }),
        _ => Tri::No,
    }
}

fn ct_state(walk: &Walk<'_, '_>) -> u8 {
    let bits = match (walk.state.tracking, walk.packet.state) {
        (Tracking::Off, _) | (_, CtState::Untracked) => return state::UNTRACKED,
        // Tracking comes after the table raw.
        (Tracking::NotYet, _) | (_, CtState::Invalid) => return state::INVALID,
        (_, CtState::New) => state::NEW,
        (_, CtState::Established) => state::ESTABLISHED,
    };
    bits | if walk.packet.original.is_some() { state::DNAT } else { 0 }
}

/// What a connection is: `CONFIRMED` once its first packet has passed, `ASSURED` after the handshake.
fn status_of(packet: &Packet, bits: u8) -> Tri {
    if packet.state == CtState::New {
        if !packet.incoming && bits & (status::NONE | status::CONFIRMED) != 0 {
            return Tri::Unknown("which packet begins the connection depends on the moment");
        }
        // A new connection has no status but none at all.
        return Tri::from(bits & status::NONE != 0);
    }
    if bits & (status::SEEN_REPLY | status::CONFIRMED) != 0 {
        return Tri::Yes;
    }
    if bits & status::ASSURED != 0 {
        return Tri::Unknown("whether the connection is assured depends on the moment");
    }
    Tri::No
}

fn interface(walk: &Walk<'_, '_>, input: bool, wanted: &str) -> Tri {
    let packet = walk.packet;
    let known = if input { &packet.input } else { &packet.output };
    let is = |name: &str| match wanted.strip_suffix('+') {
        Some(begin) => name.starts_with(begin),
        None => name == wanted,
    };
    match known {
        Some(name) => Tri::from(is(name)),
        // A packet has no interface on its way out when it comes in, and the other way round.
        None if input != packet.incoming && walk.has_one_interface() => Tri::from(is("")),
        None if wanted == "lo" => match walk.world.is_local(packet.peer()) {
            Some(local) => Tri::from(local),
            None => Tri::Unknown("whether the client is this host is not known"),
        },
        None if wanted == "+" => Tri::Yes,
        None => Tri::Unknown("by which interface the packet passes is not known"),
    }
}

impl crate::evaluate::filter::Packet {
    /// The address of the other host.
    fn peer(&self) -> IpAddr {
        if self.incoming { self.source } else { self.destination }
    }
}

fn address(walk: &Walk<'_, '_>, side: Side) -> IpAddr {
    match side {
        Side::Source => walk.packet.source,
        _ => walk.packet.destination,
    }
}

fn ports(walk: &Walk<'_, '_>, side: Side, ranges: &[(u16, u16)]) -> Tri {
    let any = |port: Option<u16>| {
        ranges.iter().fold(Tri::No, |found, (from, to)| found.or(|| Tri::port(port, *from, *to)))
    };
    let packet = walk.packet;
    match side {
        Side::Source => any(packet.source_port),
        Side::Destination => any(packet.destination_port),
        Side::Either => any(packet.source_port).or(|| any(packet.destination_port)),
    }
}

fn range(walk: &Walk<'_, '_>, side: Side, ends: &(IpAddr, IpAddr)) -> Tri {
    let address = address(walk, side);
    let same = address.is_ipv4() == ends.0.is_ipv4() && address.is_ipv4() == ends.1.is_ipv4();
    Tri::from(same && (number(ends.0)..=number(ends.1)).contains(&number(address)))
}

/// For IPv6 all of the types must hold, and this host's own addresses are unicast, too (`match_type6` in
/// `net/netfilter/xt_addrtype.c`).
fn address_type_6(walk: &Walk<'_, '_>, address: IpAddr, wanted: u16) -> Tri {
    let asks = |kind: u16| wanted & kind != 0;
    let is_multicast = address.is_multicast();
    if asks(address_type::MULTICAST) && !is_multicast
        || asks(address_type::UNICAST) && is_multicast
        || wanted & !(address_type::MULTICAST | address_type::UNICAST | address_type::LOCAL) != 0
    {
        return Tri::No;
    }
    match walk.world.is_local(address) {
        _ if !asks(address_type::LOCAL) => Tri::Yes,
        Some(is_local) => Tri::from(is_local),
        None => Tri::Unknown("the addresses of this host are not known"),
    }
}

fn address_type(walk: &Walk<'_, '_>, address: IpAddr, wanted: u16) -> Tri {
    if address.is_ipv6() {
        return address_type_6(walk, address, wanted);
    }
    if address.is_multicast() {
        return Tri::from(wanted & address_type::MULTICAST != 0);
    }
    match walk.world.is_local(address) {
        Some(true) => Tri::from(wanted & address_type::LOCAL != 0),
        // A broadcast address cannot open a connection, and nobody answers from one.
        Some(false) => Tri::from(wanted & address_type::UNICAST != 0),
        None if wanted & (address_type::LOCAL | address_type::UNICAST) == 0 => Tri::No,
        None => Tri::Unknown("the addresses of this host are not known"),
    }
}

fn mac(walk: &Walk<'_, '_>, wanted: [u8; 6]) -> Tri {
    if !walk.packet.incoming {
        return Tri::No;
    }
    walk.world.mac.map_or(
        Tri::Unknown("the hardware address that the client's packets come from is not known"),
        |mac| Tri::from(mac == wanted),
    )
}

/// Headers differ in length with the options that a client sends.
fn length(walk: &Walk<'_, '_>, from: u16, to: u16) -> Tri {
    let payload = u16::try_from(walk.packet.payload.len()).unwrap_or(u16::MAX);
    let (least, most) = (SHORTEST.saturating_add(payload), LONGEST.saturating_add(payload));
    if from <= least && most <= to {
        Tri::Yes
    } else if most < from || to < least {
        Tri::No
    } else {
        Tri::Unknown("how long the packet is depends on the client")
    }
}

/// A text is looked for in the whole packet. Headers hold few bytes, none of them chosen; what they might hold by chance is
/// left out. An identification string begins with `SSH-2.0-`; what follows is the program's.
fn text_found(walk: &Walk<'_, '_>, text: &Text<'_>) -> Tri {
    let payload = &walk.packet.payload;
    if text.to.is_some_and(|to| to < SHORTEST) || payload.is_empty() || text.pattern.is_empty() {
        return Tri::No;
    }
    let is = |a: &[u8], b: &[u8]| {
        if text.ignore_case { a.eq_ignore_ascii_case(b) } else { a == b }
    };
    let pattern = text.pattern.as_ref();
    let found = |place: &[u8]| place.windows(pattern.len()).any(|window| is(window, pattern));
    let fixed = payload.get(..8).unwrap_or(payload);
    let begins_ssh = pattern.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case(b"SSH"));
    if found(fixed) {
        // The offsets count from the IP header, whose length differs a little.
        let early = text.from > SHORTEST || text.to.is_some_and(|to| to < LONGEST);
        return if early { Tri::Unknown("where the text stands is not known") } else { Tri::Yes };
    }
    if found(payload) || begins_ssh {
        return Tri::Unknown("it looks for a text that only some programs send");
    }
    Tri::No
}
