//! Segments of chosen sizes, and how many of them arrive.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::evidence::Actor;
use sshwhy_core::wire::ssh::message::Message;
use sshwhy_core::wire::ssh::packet;
use sshwhy_core::wire::ssh::packet::Padding;

use super::Attempt;
use super::HELLO;
use crate::sys::tcp_info::TcpInfo;

/// What a fresh connection may send at once is ten segments (RFC 6928): our first line, these, and a short one at the end.
pub const MOST: usize = 8;
/// Between two looks at what was acknowledged.
const GLANCE: Duration = Duration::from_millis(4);
/// Nothing was acknowledged for so long, and four round trips, in which what was lost by chance is sent again and arrives:
/// 200 ms is the least that Linux waits (`TCP_RTO_MIN`).
const STANDSTILL: Duration = Duration::from_millis(280);
/// No flight takes longer.
const LIMIT: Duration = Duration::from_secs(4);

impl Attempt<'_> {
    /// The largest payload of a segment, and the bytes of IP and TCP before it; `None` when there is no connection of
    /// our own.
    pub fn largest_segment(&self) -> Option<(u32, u32)> {
        let info = self.info()?;
        let address = if self.to?.is_ipv6() { 40 } else { 20 };
        // The timestamps of RFC 7323, with the bytes that align them.
        let options = if info.timestamps { 12 } else { 0 };
        Some((info.send_mss, address + 20 + options))
    }

    /// Sends one segment of each payload size, the smallest first; how many of them the server's
    /// TCP acknowledged before the first that it did not. It need not read them.
    ///
    /// `None` when nothing can be learned: not even our first line arrived, or our kernel changed the sizes by itself.
    pub fn segments(&mut self, sizes: &[u32]) -> Option<usize> {
        let before = self.info()?;
        let hello = if std::mem::replace(&mut self.spoke, true) { &[][..] } else { HELLO };
        self.send(hello, &String::from_utf8_lossy(hello));
        let mut end = hello.len() as u64;
        let mut ends = Vec::new();
        let mut left = filling(sizes.iter().sum::<u32>() as usize);
        for size in sizes {
            let rest = left.split_off(left.len().min(*size as usize));
            self.write(&left);
            left = rest;
            end += u64::from(*size);
            ends.push(end);
        }
        // Behind the others and short, it makes the server tell at once what is missing.
        self.write(&left);
        self.note(Actor::Us, format!("segments of {} bytes", list(sizes)));
        let acked = self.acknowledged(before, end)?;
        let arrived = ends.iter().filter(|end| **end <= acked).count();
        match sizes.get(arrived) {
            Some(size) => self.note(Actor::Nobody, format!("{size} bytes and more do not arrive")),
            None => self.note(Actor::Peer, "all acknowledged"),
        }
        (acked >= hello.len() as u64).then_some(arrived)
    }

    /// How many of the bytes since `before` are acknowledged, once all are or nothing moves any more.
    fn acknowledged(&self, before: TcpInfo, all: u64) -> Option<u64> {
        let began = Instant::now();
        let (mut acked, mut moved) = (0, began);
        let patience = STANDSTILL + 4 * before.round_trip;
        loop {
            let info = self.info()?;
            // Learned from ICMP, or guessed after losses (`tcp_mtu_probing`): what is sent again is smaller.
            if info.send_mss < before.send_mss {
                return (acked > 0).then_some(acked);
            }
            let now = info.bytes_acked.saturating_sub(before.bytes_acked);
            if now > acked {
                (acked, moved) = (now, Instant::now());
            }
            // What the server holds beyond a hole is no more likely to arrive than what is missing: it was large, too.
            let is_still = moved.elapsed() > patience && info.retransmitted > before.retransmitted;
            if acked >= all || is_still || began.elapsed() > LIMIT || self.scene.cancel.is_set() {
                return Some(acked);
            }
            thread::sleep(GLANCE);
        }
    }
}

/// At least so many bytes that any SSH server takes and forgets: RFC 4253 11.2.
pub fn filling(length: usize) -> Vec<u8> {
    let one =
        packet::encode(&Message::Ignore(vec![0; 32]).encode(), Padding::Least).unwrap_or_default();
    one.repeat(length / one.len().max(1) + 1)
}

fn list(sizes: &[u32]) -> String {
    let words: Vec<String> = sizes.iter().map(u32::to_string).collect();
    words.join(", ")
}
