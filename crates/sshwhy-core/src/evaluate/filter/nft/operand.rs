//! What rules read off a packet, and off what the kernel keeps beside it.

use std::net::IpAddr;

use super::World;
use super::constant::Kind;
use super::constant::device_name;
use super::constant::scalar;
use super::value::Value;
use super::walk::State;
use crate::evaluate::filter::CtState;
use crate::evaluate::filter::Hook;
use crate::evaluate::filter::Packet;
use crate::parse::nft::Expr;
use crate::parse::nft::Operator;
use crate::parse::nft::Payload;

mod fib;
mod raw;

pub(super) use self::fib::FibKey;

/// Something that a rule reads, and the arithmetic that it does with it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Operand {
    pub(super) key: Key,
    pub(super) kind: Kind,
    pub(super) arithmetic: Box<[(Operator, u128)]>,
}

/// Something that a rule reads.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Key {
    Address {
        source: bool,
        v6: bool,
    },
    Port {
        source: bool,
    },
    Flags,
    /// The same for all packets that we judge, of this version of IP.
    Fixed {
        v6: Option<bool>,
        value: u128,
    },
    /// Bits that are the same for all packets: value and which are known.
    FixedBits {
        v6: bool,
        value: u128,
        known: u128,
    },
    /// Never known, and why; absent from packets of the other version of IP.
    Unknown {
        v6: Option<bool>,
        why: &'static str,
    },
    /// No packet that we judge has it.
    Never,
    Family,
    EtherType,
    Device {
        input: bool,
    },
    DeviceType,
    EtherAddress,
    Mark,
    User,
    PacketType,
    CtState,
    CtStatus,
    CtDirection,
    CtMark,
    CtAddress {
        original: bool,
        source: bool,
        v6: bool,
    },
    CtPort {
        original: bool,
        source: bool,
    },
    CtUnknown,
    Fib(Box<FibKey>),
    Raw {
        base: raw::Base,
        offset: u32,
        length: u32,
    },
}

/// Whether connection tracking has looked at the packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tracking {
    NotYet,
    Never,
    Done,
}

/// Where it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'w> {
    pub(super) packet: &'w Packet,
    pub(super) state: &'w State,
    pub(super) world: &'w World,
    pub(super) hook: Hook,
    pub(super) tracking: Tracking,
}

impl Operand {
    fn plain(key: Key, kind: Kind) -> Self {
        Self { key, kind, arithmetic: Box::default() }
    }

    fn unknown(why: &'static str) -> Self {
        Self::plain(Key::Unknown { v6: None, why }, Kind::Opaque)
    }

    /// What an expression reads.
    pub(super) fn new(expr: &Expr) -> Self {
        match expr {
            Expr::Payload(payload) => match &**payload {
                Payload::Field(protocol, field) => field_of(protocol, field),
                Payload::Raw(base, offset, length) => match raw::Base::named(base) {
                    Some(base) => {
                        let key = Key::Raw { base, offset: *offset, length: *length };
                        Self::plain(key, Kind::Number)
                    }
                    None => Self::unknown("bytes of the Ethernet header are asked for"),
                },
            },
            Expr::Meta(key) => meta(key),
            Expr::Ct(ct) => connection(&ct.0, ct.1.as_deref()),
            Expr::Fib(fib) => {
                let key = FibKey::new(&fib.0, &fib.1);
                let kind = if *fib.0 == *"type" { Kind::Fib } else { Kind::Device };
                Self::plain(Key::Fib(Box::new(key)), kind)
            }
            Expr::Binary(operator, parts) => Self::calculated(*operator, parts),
            Expr::Other(other) => Self::unknown(match &*other.0 {
                "numgen" => "it depends on a random or running number",
                "jhash" | "symhash" => "it depends on a hash that the kernel computes",
                "tcp option" => "it asks for options of TCP",
                "socket" => "it asks for the socket",
                "osf" => "it depends on the client's operating system",
                _ => "it asks for something that is not understood",
            }),
            _ => Self::unknown("it asks for something that is not understood"),
        }
    }

    fn calculated(operator: Operator, parts: &[Expr]) -> Self {
        let Some((first, rest)) = parts.split_first() else {
            return Self::unknown("it calculates with nothing");
        };
        let mut operand = Self::new(first);
        let mut arithmetic = operand.arithmetic.to_vec();
        for part in rest {
            match scalar(part, operand.kind) {
                Some(value) => arithmetic.push((operator, value)),
                None => return Self::unknown("it calculates with what is not understood"),
            }
        }
        operand.arithmetic = arithmetic.into();
        operand
    }

    /// Whether no packet that we judge can have it.
    pub(super) fn is_never(&self) -> bool {
        self.key == Key::Never
    }

    pub(super) fn read(&self, scene: &Scene<'_>) -> Value {
        let mut value = self.key.read(scene);
        for (operator, operand) in &self.arithmetic {
            let operand = *operand;
            let bits = u32::try_from(operand).unwrap_or(u32::MAX);
            value = match operator {
                Operator::And => value.masked(operand),
                Operator::Or => value.map(|v| v | operand),
                Operator::Xor => value.map(|v| v ^ operand),
                Operator::Left => value.map(|v| v.checked_shl(bits).unwrap_or(0)),
                Operator::Right => value.map(|v| v.checked_shr(bits).unwrap_or(0)),
            };
        }
        value
    }
}

/// Why most fields of headers are not known.
const HEADER: &str = "it asks for a field of the header that differs from packet to packet";

fn field_of(protocol: &str, field: &str) -> Operand {
    let fixed = |v6, value, kind| Operand::plain(Key::Fixed { v6, value }, kind);
    let unknown = |v6| Operand::plain(Key::Unknown { v6, why: HEADER }, Kind::Number);
    match (protocol, field) {
        ("ip", "saddr" | "daddr") => {
            Operand::plain(Key::Address { source: field == "saddr", v6: false }, Kind::Ip4)
        }
        ("ip6", "saddr" | "daddr") => {
            Operand::plain(Key::Address { source: field == "saddr", v6: true }, Kind::Ip6)
        }
        ("ip", "protocol") => fixed(Some(false), 6, Kind::Protocol),
        ("ip6", "nexthdr") => fixed(Some(true), 6, Kind::Protocol),
        ("ip", "version") => fixed(Some(false), 4, Kind::Number),
        ("ip6", "version") => fixed(Some(true), 6, Kind::Number),
        ("ip", "hdrlength") => fixed(Some(false), 5, Kind::Number),
        // All but the bit that forbids fragments.
        ("ip", "frag-off") => Operand::plain(
            Key::FixedBits { v6: false, value: 0, known: 0xffff & !0x4000 },
            Kind::Number,
        ),
        ("ip", _) => unknown(Some(false)),
        ("ip6", _) => unknown(Some(true)),
        ("tcp" | "th", "sport" | "dport") => {
            Operand::plain(Key::Port { source: field == "sport" }, Kind::Number)
        }
        ("tcp", "flags") => Operand::plain(Key::Flags, Kind::TcpFlags),
        ("tcp" | "th", _) => unknown(None),
        ("ether", "type") => Operand::plain(Key::EtherType, Kind::EtherType),
        ("ether", _) => Operand::plain(Key::EtherAddress, Kind::Opaque),
        ("vlan", _) => Operand::unknown("it depends on a VLAN"),
        (
            "udp" | "udplite" | "icmp" | "icmpv6" | "sctp" | "dccp" | "esp" | "ah" | "comp"
            | "igmp" | "arp",
            _,
        ) => Operand::plain(Key::Never, Kind::Opaque),
        _ => Operand::unknown("it asks for a protocol that is not understood"),
    }
}

fn meta(key: &str) -> Operand {
    match key {
        "l4proto" => Operand::plain(Key::Fixed { v6: None, value: 6 }, Kind::Protocol),
        "nfproto" => Operand::plain(Key::Family, Kind::Family),
        "protocol" => Operand::plain(Key::EtherType, Kind::EtherType),
        "iif" | "iifname" => Operand::plain(Key::Device { input: true }, Kind::Device),
        "oif" | "oifname" => Operand::plain(Key::Device { input: false }, Kind::Device),
        "iiftype" => Operand::plain(Key::DeviceType, Kind::DeviceType),
        "mark" => Operand::plain(Key::Mark, Kind::Number),
        "skuid" | "skgid" => Operand::plain(Key::User, Kind::User),
        "pkttype" => Operand::plain(Key::PacketType, Kind::PacketType),
        "time" | "hour" | "day" => Operand::unknown("it depends on the time"),
        "length" => Operand::unknown("it depends on the length of the packet"),
        "cgroup" => Operand::unknown("it depends on a control group"),
        "random" => Operand::unknown("it depends on a random number"),
        "ipsec" | "secpath" => Operand::unknown("it depends on IPsec"),
        _ => Operand::unknown("it asks for something that is not kept for the look"),
    }
}

fn connection(key: &str, direction: Option<&str>) -> Operand {
    let original = direction != Some("reply");
    let address = |source, v6, kind| Operand::plain(Key::CtAddress { original, source, v6 }, kind);
    match key {
        "state" => Operand::plain(Key::CtState, Kind::CtState),
        "status" => Operand::plain(Key::CtStatus, Kind::CtStatus),
        "direction" => Operand::plain(Key::CtDirection, Kind::CtDirection),
        "mark" => Operand::plain(Key::CtMark, Kind::Number),
        "l3proto" => Operand::plain(Key::Family, Kind::Family),
        "protocol" => Operand::plain(Key::Fixed { v6: None, value: 6 }, Kind::Protocol),
        "ip saddr" | "ip daddr" => address(key.ends_with("saddr"), false, Kind::Ip4),
        "ip6 saddr" | "ip6 daddr" => address(key.ends_with("saddr"), true, Kind::Ip6),
        "proto-src" | "proto-dst" => {
            let key = Key::CtPort { original, source: key == "proto-src" };
            Operand::plain(key, Kind::Number)
        }
        _ => Operand::plain(Key::CtUnknown, Kind::Opaque),
    }
}

impl Key {
    fn read(&self, scene: &Scene<'_>) -> Value {
        let packet = scene.packet;
        let is_v6 = packet.source.is_ipv6();
        let other_version = |v6: Option<bool>| v6.is_some_and(|v6| v6 != is_v6);
        match self {
            Self::Fixed { v6, .. } | Self::Unknown { v6, .. } if other_version(*v6) => {
                Value::Absent
            }
            Self::FixedBits { v6, .. } if *v6 != is_v6 => Value::Absent,
            Self::Fixed { value, .. } => Value::Known(*value),
            Self::FixedBits { value, known, .. } => Value::Bits { value: *value, known: *known },
            Self::Unknown { why, .. } => Value::Unknown(why),
            Self::Never => Value::Absent,
            Self::Address { source: true, v6 } => address(packet.source, *v6),
            Self::Address { source: false, v6 } => address(scene.state.destination, *v6),
            Self::Port { source: true } => port(packet.source_port),
            Self::Port { source: false } => port(scene.state.port),
            Self::Flags => Value::Known(u128::from(packet.flags)),
            Self::Family => Value::Known(if is_v6 { 10 } else { 2 }),
            Self::EtherType => Value::Known(if is_v6 { 0x86dd } else { 0x0800 }),
            Self::Device { input } => scene.device(*input),
            Self::DeviceType => match packet.input.as_deref() {
                _ if !packet.incoming => Value::Absent,
                Some("lo") => Value::Known(772),
                _ => Value::Unknown("it depends on the kind of the interface"),
            },
            Self::EtherAddress if !packet.incoming || scene.is_loopback() => Value::Absent,
            Self::EtherAddress => Value::Unknown("it depends on an Ethernet address"),
            Self::Mark => match scene.state.mark {
                Some(mark) => Value::Known(u128::from(mark)),
                None => Value::Unknown("the packet's mark is not known"),
            },
            // sshd's sockets are root's. A first packet has no socket yet when it is judged.
            Self::User if !packet.incoming => Value::Known(0),
            Self::User if packet.state == CtState::New => Value::Absent,
            Self::User => Value::Unknown("it depends on the socket's owner"),
            Self::PacketType => Value::Known(0),
            Self::Fib(fib) => fib.read(scene),
            Self::Raw { base, offset, length } => raw::read(scene, *base, *offset, *length),
            _ => self.read_connection(scene),
        }
    }

    /// What connection tracking knows (Linux `nft_ct_get_eval`).
    fn read_connection(&self, scene: &Scene<'_>) -> Value {
        let packet = scene.packet;
        match (self, scene.tracking) {
            // A packet that is not tracked yet counts as invalid.
            (Self::CtState, Tracking::NotYet) => return Value::Known(1),
            (Self::CtState, Tracking::Never) => return Value::Known(64),
            (_, Tracking::NotYet | Tracking::Never) => return Value::Absent,
            (Self::CtState, Tracking::Done) if packet.state == CtState::Invalid => {
                return Value::Known(1);
            }
            (_, Tracking::Done) if packet.state == CtState::Invalid => return Value::Absent,
            (_, Tracking::Done) => {}
        }
        let is_new = packet.state == CtState::New;
        match self {
            Self::CtState => Value::Known(if is_new { 8 } else { 2 }),
            Self::CtStatus => scene.status(is_new),
            Self::CtDirection => Value::Known(u128::from(!packet.is_original())),
            Self::CtMark => match scene.state.connection_mark {
                Some(mark) => Value::Known(u128::from(mark)),
                None => Value::Unknown("the mark of the connection is not known"),
            },
            Self::CtAddress { original, source, v6 } => {
                let (client, server, _) = scene.ends(*original);
                // The client sends in the original direction, the server in that of replies.
                address(if *source == *original { client } else { server }, *v6)
            }
            Self::CtPort { original, source } => {
                let (_, _, ports) = scene.ends(*original);
                port(if *source == *original { ports.0 } else { ports.1 })
            }
            _ => Value::Unknown("it asks for what connection tracking has counted or stored"),
        }
    }
}

impl Scene<'_> {
    pub(super) fn is_loopback(&self) -> bool {
        self.packet.input.as_deref() == Some("lo")
    }

    fn device(&self, input: bool) -> Value {
        let packet = self.packet;
        let (name, exists) = if input {
            (&packet.input, packet.incoming)
        } else {
            (&packet.output, !packet.incoming || self.hook == Hook::Forward)
        };
        match name {
            // Without a device the kernel compares with an empty name.
            _ if !exists => Value::Known(0),
            Some(name) => Value::Known(device_name(name, 0)),
            None => Value::Unknown("the interface is not known"),
        }
    }

    /// `IPS_*` of Linux `nf_conntrack_common.h`.
    fn status(&self, is_new: bool) -> Value {
        let translated = u128::from(self.state.original.is_some()) << 5;
        match is_new {
            // On loopback the sender's side has confirmed it already; what we pick up, a packet before it.
            true if self.is_loopback() || !self.packet.incoming => {
                Value::Bits { value: translated, known: 0x27 }
            }
            true => Value::Bits { value: translated, known: 0x2f },
            false => Value::Bits { value: 0x0a | translated, known: 0x2b },
        }
    }

    /// The client, the server as the client knows it (`original`) or as it is, and their ports.
    fn ends(&self, original: bool) -> (IpAddr, IpAddr, (Option<u16>, Option<u16>)) {
        let packet = self.packet;
        let (client, client_port, server, server_port) = if packet.is_original() {
            (packet.source, packet.source_port, self.state.destination, self.state.port)
        } else {
            (packet.destination, packet.destination_port, packet.source, packet.source_port)
        };
        match self.state.original.filter(|_| original) {
            Some((address, port)) => (client, address, (client_port, port)),
            None => (client, server, (client_port, server_port)),
        }
    }
}

fn address(address: IpAddr, v6: bool) -> Value {
    match address {
        IpAddr::V4(address) if !v6 => Value::Known(u128::from(address.to_bits())),
        IpAddr::V6(address) if v6 => Value::Known(address.to_bits()),
        _ => Value::Absent,
    }
}

/// Clients take one of the ports that are not reserved.
fn port(port: Option<u16>) -> Value {
    match port {
        Some(port) => Value::Known(u128::from(port)),
        None => Value::Between(1024, u128::from(u16::MAX)),
    }
}
