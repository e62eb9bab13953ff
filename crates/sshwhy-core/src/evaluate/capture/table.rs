//! Packets to connections. Those that are over are handed to the sum and forgotten, so that a capture of any length needs
//! memory for its open connections alone.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::net::SocketAddr;

use foldhash::fast::RandomState;

use super::connection::Connection;
use super::sum::Sum;
use crate::wire::capture::Frame;
use crate::wire::capture::Packet;
use crate::wire::capture::Segment;
use crate::wire::capture::frame::ACK;
use crate::wire::capture::frame::SYN;
use crate::wire::icmp::IcmpError;

/// More open connections than this are counted and not followed.
const MAX_OPEN: usize = 1 << 16;
/// So many bytes of what they carry are kept in all.
const MAX_KEPT: usize = 64 << 20;
/// When there is no room, it is looked after so many packets what lies still.
const SWEEP: u64 = 1 << 13;
/// So many connections that are over lend their memory to the next ones.
const MAX_SPARE: usize = 16;
/// When there is no room, what lay still for so many seconds is given up, too.
const STILL: f64 = 120.0;
/// What comes within so many seconds after the end may still tell who ended it.
const LINGER: f64 = 10.0;

/// Both ends, in one order for both directions, as numbers: they are compared for every packet.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Ends {
    smaller: u128,
    larger: u128,
    ports: u32,
}

impl Ends {
    fn of(one: SocketAddr, other: SocketAddr) -> Self {
        let number = |end: SocketAddr| match end.ip() {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        };
        let (one, other) = ((number(one), one.port()), (number(other), other.port()));
        let (smaller, larger) = if one <= other { (one, other) } else { (other, one) };
        let ports = u32::from(smaller.1) << 16 | u32::from(larger.1);
        Self { smaller: smaller.0, larger: larger.0, ports }
    }
}

/// The open connections of a capture.
#[derive(Debug, Default)]
pub(super) struct Table {
    slots: Vec<Option<Connection>>,
    free: Vec<usize>,
    known: HashMap<Ends, usize, RandomState>,
    /// That of the packet before, which the next one is mostly about as well.
    latest: Option<(Ends, usize)>,
    kept: usize,
    /// Connections that are over and forgotten, whose memory is used again.
    spare: Vec<Connection>,
    left_out: u64,
    /// What is over, the oldest first.
    over: VecDeque<Over>,
    is_full: bool,
    since_sweep: u64,
}

impl Table {
    pub(super) fn segment(
        &mut self,
        packet: &Packet<'_>,
        frame: &Frame<'_>,
        tcp: &Segment<'_>,
        sum: &mut Sum,
    ) {
        let source = SocketAddr::new(frame.source, tcp.source_port);
        let destination = SocketAddr::new(frame.destination, tcp.destination_port);
        let begins = tcp.has(SYN) && !tcp.has(ACK);
        let ends = Ends::of(source, destination);
        self.forget(packet.at, sum);
        let mut found = self.find(ends);
        // A port may be used again: then it is another connection.
        if let Some(index) = found.filter(|_| begins)
            && self.at(index).is_some_and(|connection| connection.is_over())
        {
            self.retire(index, ends, sum);
            found = None;
        }
        let Some(index) = found.or_else(|| {
            let mut connection = Connection::new(source, destination, packet, tcp);
            if let Some(spare) = self.spare.pop() {
                connection.take_room(spare);
            }
            self.open(ends, connection)
        }) else {
            self.left_out += u64::from(begins);
            return;
        };
        self.latest = Some((ends, index));
        let room = MAX_KEPT.saturating_sub(self.kept);
        let Some(connection) = self.at(index) else { return };
        let (before, was_over) = (connection.kept(), connection.is_over());
        connection.take(packet, frame, tcp, source == connection.server, room);
        let more = connection.kept() - before;
        if connection.number.is_none() && connection.is_ssh() {
            connection.number = sum.number(connection);
        }
        if !was_over && connection.is_over() {
            let first = connection.first;
            self.over.push_back(Over { at: packet.at, index, first, ends });
        }
        self.kept += more;
    }

    /// A message that the packet before held, by its number, where its bytes are not there.
    pub(super) fn printed(&mut self, from: SocketAddr, number: u8) {
        let Some((_, index)) = self.latest else { return };
        let Some(connection) = self.at(index) else { return };
        let by_server = from == connection.server;
        connection.half(by_server).printed.push(number);
    }

    pub(super) fn error(
        &mut self,
        packet: &Packet<'_>,
        sender: IpAddr,
        error: IcmpError,
        (source, source_port, destination, port): (IpAddr, u16, IpAddr, u16),
    ) {
        let (one, other) =
            (SocketAddr::new(source, source_port), SocketAddr::new(destination, port));
        let found = self.find(Ends::of(one, other));
        if let Some(connection) = found.and_then(|index| self.at(index)) {
            connection.met(packet, error, sender);
        }
    }

    /// Hands on what is left, and says how many connections were not followed.
    pub(super) fn finish(self, sum: &mut Sum) -> u64 {
        let mut left: Vec<Connection> = self.slots.into_iter().flatten().collect();
        left.sort_by_key(|connection| connection.first);
        for connection in left {
            sum.add(connection);
        }
        self.left_out
    }

    fn at(&mut self, index: usize) -> Option<&mut Connection> {
        self.slots.get_mut(index)?.as_mut()
    }

    fn find(&self, ends: Ends) -> Option<usize> {
        match self.latest {
            Some((latest, index)) if latest == ends => Some(index),
            _ => self.known.get(&ends).copied(),
        }
    }

    fn open(&mut self, ends: Ends, connection: Connection) -> Option<usize> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.slots.len() >= MAX_OPEN => {
                self.is_full = true;
                return None;
            }
            None => {
                self.slots.push(None);
                self.slots.len() - 1
            }
        };
        *self.slots.get_mut(index)? = Some(connection);
        self.known.insert(ends, index);
        Some(index)
    }

    fn retire(&mut self, index: usize, ends: Ends, sum: &mut Sum) {
        let Some(connection) = self.slots.get_mut(index).and_then(Option::take) else { return };
        self.kept -= connection.kept();
        self.known.remove(&ends);
        self.free.push(index);
        self.latest = None;
        if let Some(connection) = sum.add(connection)
            && self.spare.len() < MAX_SPARE
        {
            self.spare.push(connection);
        }
    }

    /// Forgets what has been over for long enough, and what lies still when there is no room.
    fn forget(&mut self, now: f64, sum: &mut Sum) {
        loop {
            // Clocks may stand still, and go back where captures were put together.
            let is_long = self.over.len() > 2 * MAX_OPEN;
            let is_old = |at: f64| is_long || (now - at).abs() > LINGER;
            if !self.over.front().is_some_and(|over| is_old(over.at)) {
                break;
            }
            let Some(Over { index, first, ends, .. }) = self.over.pop_front() else { break };
            match self.at(index).filter(|connection| connection.first == first) {
                Some(connection) if is_old(connection.last.1) => {
                    self.retire(index, ends, sum);
                }
                Some(connection) => {
                    let at = connection.last.1;
                    self.over.push_back(Over { at, index, first, ends });
                }
                // Its port was used again.
                None => {}
            }
        }
        self.since_sweep += 1;
        if !self.is_full || self.since_sweep < SWEEP {
            return;
        }
        (self.since_sweep, self.is_full) = (0, false);
        let still = |(index, slot): (usize, &Option<Connection>)| {
            let connection = slot.as_ref().filter(|c| now - c.last.1 > STILL)?;
            Some((index, Ends::of(connection.client, connection.server)))
        };
        let still: Vec<(usize, Ends)> = self.slots.iter().enumerate().filter_map(still).collect();
        still.into_iter().for_each(|(index, ends)| self.retire(index, ends, sum));
    }
}

/// A connection that is over, and since when.
#[derive(Debug)]
struct Over {
    at: f64,
    index: usize,
    /// Its first packet, which tells it from a later one in the same place.
    first: u64,
    ends: Ends,
}
