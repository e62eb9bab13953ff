//! What rules may ask besides the packet: the state of the host, as far as it could be read.
//!
//! `None` always means *not read*; it is never the same as *empty*.

use std::collections::HashMap;
use std::net::IpAddr;

use super::sets::Sets;
use crate::parse::netfilter::HashLimitEntry;
use crate::parse::netfilter::RecentEntry;
use crate::parse::netfilter::Ticks;
use crate::parse::netfilter::Tracked;

/// The host at this moment.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The sets of ipset.
    pub sets: Option<Sets>,
    /// The addresses of this host.
    pub addresses: Option<Vec<IpAddr>>,
    /// The lists of the module recent, by name, of this family. A list that exists and is empty has an entry.
    pub recent: Option<HashMap<String, Vec<RecentEntry>>>,
    /// The kernel's clock.
    pub ticks: Option<Ticks>,
    /// The tables of the module hashlimit, by name, of this family.
    pub hash_limits: Option<HashMap<String, Vec<HashLimitEntry>>>,
    /// The connections that are tracked.
    pub tracked: Option<Vec<Tracked>>,
    /// User and group of the process that sends this host's packets: sshd's listener and its children before they change
    /// their user hold the socket as root.
    pub sender: Option<(u32, u32)>,
    /// The hardware address that the client's packets come from.
    pub mac: Option<[u8; 6]>,
    /// Whether the way back to the client leads through the interface that its packets come in by.
    pub reverse_path: Option<bool>,
    /// Whether any packet is handled by IPsec here.
    pub ipsec: Option<bool>,
    /// Seconds since 1970.
    pub now: Option<i64>,
}

impl World {
    /// Whether an address is one of this host's.
    pub fn is_local(&self, address: IpAddr) -> Option<bool> {
        if address.is_loopback() {
            return Some(true);
        }
        self.addresses.as_ref().map(|addresses| addresses.contains(&address))
    }
}
