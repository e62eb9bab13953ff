//! Bits at a place of the packet: `@nh,96,32`. Headers are put together from what is known of them.

use std::net::IpAddr;

use super::Scene;
use crate::evaluate::filter::nft::value::Value;

/// The header from which bits are counted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(in crate::evaluate::filter::nft) enum Base {
    /// IP's.
    Network,
    /// TCP's.
    Transport,
    /// What TCP carries.
    Inner,
}

impl Base {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "nh" => Some(Self::Network),
            "th" => Some(Self::Transport),
            "ih" => Some(Self::Inner),
            _ => None,
        }
    }
}

/// What every client's identification string begins with (RFC 4253, section 4.2); what follows is the client's own.
const BEGIN: &[u8] = b"SSH-2.0-";

/// Why bits are not known.
const WHY: &str = "it asks for bytes that differ from packet to packet";

/// Bytes and which of their bits are known.
struct Bytes(Vec<(u8, u8)>);

impl Bytes {
    fn known(&mut self, bytes: &[u8]) {
        self.0.extend(bytes.iter().map(|byte| (*byte, 0xff)));
    }

    fn unknown(&mut self, count: usize) {
        self.0.extend(std::iter::repeat_n((0, 0), count));
    }

    fn port(&mut self, port: Option<u16>) {
        match port {
            Some(port) => self.known(&port.to_be_bytes()),
            None => self.unknown(2),
        }
    }
}

pub(super) fn read(scene: &Scene<'_>, base: Base, offset: u32, length: u32) -> Value {
    if length == 0 || length > 128 {
        return Value::Unknown("it asks for more bytes than are compared here");
    }
    let bytes = match base {
        Base::Network => network(scene),
        Base::Transport => transport(scene),
        Base::Inner if scene.packet.payload.is_empty() => return Value::Absent,
        Base::Inner => inner(scene),
    };
    let (mut value, mut known) = (0_u128, 0_u128);
    for position in (offset..).take(length as usize) {
        let (byte, mask) = bytes.0.get(position as usize / 8).copied().unwrap_or_default();
        let shift = 7 - position % 8;
        value = value << 1 | u128::from(byte >> shift & 1);
        known = known << 1 | u128::from(mask >> shift & 1);
    }
    let all = u128::MAX >> (128 - length);
    match known {
        0 => Value::Unknown(WHY),
        _ if known == all => Value::Known(value),
        _ => Value::Bits { value, known: known | !all },
    }
}

fn network(scene: &Scene<'_>) -> Bytes {
    let mut bytes = Bytes(Vec::with_capacity(40));
    match (scene.packet.source, scene.state.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            bytes.known(&[0x45]);
            bytes.unknown(5);
            // No fragment; whether fragments are forbidden differs.
            bytes.0.push((0, 0xbf));
            bytes.known(&[0]);
            bytes.unknown(1);
            bytes.known(&[6]);
            bytes.unknown(2);
            bytes.known(&source.octets());
            bytes.known(&destination.octets());
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            bytes.0.push((0x60, 0xf0));
            bytes.unknown(5);
            bytes.known(&[6]);
            bytes.unknown(1);
            bytes.known(&source.octets());
            bytes.known(&destination.octets());
        }
        _ => {}
    }
    bytes
}

fn transport(scene: &Scene<'_>) -> Bytes {
    let mut bytes = Bytes(Vec::with_capacity(20));
    bytes.port(scene.packet.source_port);
    bytes.port(scene.state.port);
    bytes.unknown(9);
    bytes.known(&[scene.packet.flags]);
    bytes.unknown(4);
    bytes.known(&[0, 0]);
    bytes
}

fn inner(scene: &Scene<'_>) -> Bytes {
    let mut bytes = Bytes(Vec::with_capacity(BEGIN.len()));
    if scene.packet.payload.starts_with(BEGIN) {
        bytes.known(BEGIN);
    }
    bytes
}
