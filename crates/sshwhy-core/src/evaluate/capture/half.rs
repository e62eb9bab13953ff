//! One direction of a connection: what that side sent, and what the other acknowledged of it.

use super::round_trip::RoundTrips;
use crate::wire::capture::Frame;
use crate::wire::capture::Packet;
use crate::wire::capture::Segment;
use crate::wire::capture::frame::FIN;
use crate::wire::capture::frame::SYN;

/// So much of each direction is kept: identification, KEXINIT and the reply are in it.
const MAX_BYTES: usize = 8192;
/// So many segments that wait for an acknowledgement are remembered.
const MAX_PENDING: usize = 64;
/// Identifications that follow each other are no further apart.
pub(super) const NEAR: u16 = 64;

/// What one side sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Half {
    /// The number before its first byte.
    pub(super) start: Option<u32>,
    /// The first bytes in order.
    pub(super) bytes: Vec<u8>,
    /// The numbers of its messages, where they are known without its bytes.
    pub(super) printed: Vec<u8>,
    /// How many bytes it has sent, by the highest number.
    pub(super) sent: u32,
    /// How many of them the other side acknowledged.
    pub(super) acked: u32,
    /// The length of what was sent again last, and how often.
    pub(super) again: Option<(usize, u32)>,
    /// When that was sent first.
    pub(super) again_since: f64,
    /// When its last packet came.
    pub(super) last_at: f64,
    /// The longest piece that was acknowledged.
    pub(super) longest_acked: usize,
    /// How soon what it sent was acknowledged.
    pub(super) round_trips: RoundTrips,
    /// How far behind a gap the other side has got something.
    pub(super) sacked: u32,
    /// The highest number that it acknowledged, and when it did so first.
    pub(super) acks: Option<(u32, f64)>,
    /// Its clock as it showed it last.
    pub(super) clock: Option<Clock>,
    /// The identification of its last packet, and whether they counted up so far.
    pub(super) ids: Option<Ids>,
    /// What waits to be acknowledged: its end, its length, when it was sent first.
    pending: Vec<(u32, usize, f64)>,
    /// Times to live of its packets but its resets: the first, the least and the most.
    pub(super) ttls: Option<(u8, u8, u8)>,
    pub(super) fin: Option<u64>,
    pub(super) has_closed_window: bool,
}

/// A clock in the options of TCP (RFC 7323 3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// What it showed.
    pub(super) value: u32,
    /// When that came.
    pub(super) at: f64,
}

/// Identifications of IPv4.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    pub(super) last: u16,
    /// How often one followed close on the one before.
    pub(super) steps: u32,
    /// How often not.
    pub(super) jumps: u32,
}

/// Whether a number comes after another one (RFC 9293 3.4).
pub(super) fn is_after(number: u32, other: u32) -> bool {
    number.wrapping_sub(other).cast_signed() > 0
}

impl Half {
    pub(super) fn take_room(&mut self, mut other: Self) {
        other.bytes.clear();
        other.pending.clear();
        (self.bytes, self.pending) = (other.bytes, other.pending);
    }

    pub(super) fn take(
        &mut self,
        packet: &Packet<'_>,
        frame: &Frame<'_>,
        tcp: &Segment<'_>,
        room: usize,
    ) {
        let ttl = frame.ttl;
        let (first, least, most) = self.ttls.unwrap_or((ttl, ttl, ttl));
        self.ttls = Some((first, least.min(ttl), most.max(ttl)));
        self.last_at = packet.at;
        if let Some((value, _)) = tcp.timestamps() {
            self.clock = Some(Clock { value, at: packet.at });
        }
        if let Some(id) = frame.id {
            let ids = self.ids.get_or_insert(Ids { last: id, steps: 0, jumps: 0 });
            match id.wrapping_sub(ids.last) {
                // The first, or one that was sent again in the capture.
                0 => {}
                1..=NEAR => ids.steps += 1,
                _ => ids.jumps += 1,
            }
            ids.last = id;
        }
        let before_first = tcp.sequence.wrapping_sub(u32::from(!tcp.has(SYN)));
        let start = *self.start.get_or_insert(before_first);
        if tcp.has(FIN) {
            self.fin.get_or_insert(packet.number);
        }
        self.has_closed_window = tcp.window == 0 && !tcp.has(SYN);
        if tcp.length == 0 {
            return;
        }
        let at = tcp.sequence.wrapping_sub(start).wrapping_sub(1);
        let end = at.wrapping_add(tcp.length as u32);
        // Far from the rest: an old or a forged one.
        if at > self.sent.wrapping_add(1 << 24) {
            return;
        }
        if end <= self.sent && at >= self.acked {
            let count = self.again.filter(|(l, _)| *l == tcp.length).map_or(0, |(_, n)| n);
            self.again = Some((tcp.length, count + 1));
            let first = self.pending.iter().find(|(own, ..)| *own == end);
            self.again_since = first.map_or(packet.at, |(.., at)| *at);
        }
        if end > self.sent {
            self.sent = end;
            if self.pending.len() < MAX_PENDING {
                self.pending.push((end, tcp.length, packet.at));
            }
        }
        let have = self.bytes.len();
        let skip = have.checked_sub(at as usize);
        if let Some(new) = skip.and_then(|skip| tcp.payload.get(skip..)) {
            let room = MAX_BYTES.saturating_sub(have).min(new.len()).min(room);
            self.bytes.extend_from_slice(new.get(..room).unwrap_or_default());
        }
    }

    /// How many bytes come before a number; nonsense where the beginning is not known.
    pub(super) fn count(&self, number: u32) -> u32 {
        number.wrapping_sub(self.start.unwrap_or(0)).wrapping_sub(1)
    }

    /// When the byte before a number was sent first, if it was not acknowledged yet.
    pub(super) fn sent_at(&self, number: u32) -> Option<f64> {
        let end = self.count(number);
        self.pending.iter().find(|(own, ..)| *own == end).map(|(.., at)| *at)
    }

    pub(super) fn acknowledge(&mut self, at: f64, tcp: &Segment<'_>) {
        if self.start.is_none() {
            return;
        }
        let acked = self.count(tcp.acknowledgement);
        // A FIN takes a number, too.
        if acked > self.sent.wrapping_add(1) {
            return;
        }
        if let Some(sacked) =
            tcp.sacked().map(|number| self.count(number)).filter(|sacked| *sacked <= self.sent)
        {
            self.sacked = self.sacked.max(sacked);
        }
        self.acked = self.acked.max(acked);
        let (longest_acked, round_trips) = (&mut self.longest_acked, &mut self.round_trips);
        self.pending.retain(|(end, length, sent)| {
            let waits = *end > acked;
            if !waits {
                *longest_acked = (*longest_acked).max(*length);
                round_trips.add(at - sent);
            }
            waits
        });
    }
}
