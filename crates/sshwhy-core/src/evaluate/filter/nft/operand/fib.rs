//! Questions to the routing tables (Linux `nft_fib_ipv4.c`).

use std::net::IpAddr;

use super::Scene;
use crate::evaluate::filter::nft::Reply;
use crate::evaluate::filter::nft::constant::device_name;
use crate::evaluate::filter::nft::value::Value;

/// A question to the routing tables.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(in crate::evaluate::filter::nft) struct FibKey {
    what: What,
    source: bool,
    /// Whether the interface that the packet came in by counts.
    with_device: bool,
    /// Whether it is only asked if there is any.
    pub(in crate::evaluate::filter::nft) exists: bool,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum What {
    Kind,
    Device,
    Other,
}

const UNKNOWN: Value = Value::Unknown("it depends on the routing tables");

impl FibKey {
    pub(super) fn new(result: &str, flags: &[Box<str>]) -> Self {
        let has = |flag: &str| flags.iter().any(|f| **f == *flag);
        let what = match result {
            // Routes by mark, and of what leaves, are not looked up.
            _ if has("mark") || has("oif") => What::Other,
            "type" => What::Kind,
            "oif" | "oifname" => What::Device,
            _ => What::Other,
        };
        Self { what, source: has("saddr"), with_device: has("iif"), exists: false }
    }

    pub(super) fn read(&self, scene: &Scene<'_>) -> Value {
        let address = if self.source { scene.packet.source } else { scene.state.destination };
        match self.what {
            What::Kind => self.kind(scene, address),
            What::Device => self.device(scene, address),
            What::Other => UNKNOWN,
        }
    }

    /// `RTN_*`: 1 unicast, 2 local, 3 broadcast, 5 multicast.
    fn kind(&self, scene: &Scene<'_>, address: IpAddr) -> Value {
        if address.is_multicast() {
            return Value::Known(5);
        }
        if matches!(address, IpAddr::V4(address) if address.is_broadcast()) {
            return Value::Known(3);
        }
        match scene.world.is_local(address) {
            Some(true) if self.with_device => on_own_device(scene, address),
            Some(true) => Value::Known(2),
            Some(false) if is_client(scene, address) && has_way_back(scene) => Value::Known(1),
            Some(false) | None => UNKNOWN,
        }
    }

    fn device(&self, scene: &Scene<'_>, address: IpAddr) -> Value {
        let input = scene.packet.input.as_deref();
        let way = match &scene.world.reply {
            // The kernel asks no table about what came over loopback.
            _ if scene.is_loopback() => Some(Some("lo")),
            Some(Reply::Via(device)) if is_client(scene, address) => Some(Some(device.as_str())),
            Some(Reply::Missing) if is_client(scene, address) => Some(None),
            _ => None,
        };
        let Some(way) = way else { return UNKNOWN };
        let way = match (way, input) {
            (Some(_), None) if self.with_device => return UNKNOWN,
            (Some(device), Some(input)) if self.with_device && device != input => None,
            (way, _) => way,
        };
        match way {
            Some(_) if self.exists => Value::Known(1),
            Some(device) => Value::Known(device_name(device, 0)),
            None => Value::Known(0),
        }
    }
}

/// Local only on the interface that bears the address.
fn on_own_device(scene: &Scene<'_>, address: IpAddr) -> Value {
    let Some(input) = scene.packet.input.as_deref() else { return UNKNOWN };
    let bears = |(own, device): &(IpAddr, String)| *own == address && device == input;
    let is_here = scene.world.addresses.as_ref().is_some_and(|all| all.iter().any(bears))
        || address.is_loopback() && input == "lo";
    Value::Known(if is_here { 2 } else { 1 })
}

fn is_client(scene: &Scene<'_>, address: IpAddr) -> bool {
    let packet = scene.packet;
    address == if packet.incoming { packet.source } else { packet.destination }
}

fn has_way_back(scene: &Scene<'_>) -> bool {
    matches!(scene.world.reply, Some(Reply::Via(_)))
}
