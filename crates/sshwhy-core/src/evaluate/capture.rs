//! Captured connections to SSH servers: how far each got, how it ended, and who sent the reset.
//!
//! Must never take a capture's edge for an end: what the capture did not see is not said to be missing.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::model::evidence::Exchange;
use crate::model::question::Answer;
use crate::wire::capture::Content;
use crate::wire::capture::Packets;
use crate::wire::capture::frame;

mod connection;
mod origin;
mod verdict;

use self::connection::Connection;
use self::connection::Table;

/// Of so few connections each may be the one that is meant.
const FEW: usize = 3;

/// An answer, and the packet that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The answer.
    pub answer: Answer,
    /// The packet, from 1.
    pub packet: u64,
    /// In words.
    pub text: String,
}

/// What a capture says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// What the connection shows that is told: the one that was asked for, else the first that failed, else the first.
    pub shown: Vec<Shown>,
    /// Its ladder; its ends are the client and the server.
    pub exchange: Option<Exchange>,
    /// What became of all, when there are several; and what is odd but harmless.
    pub notes: Vec<String>,
    /// How many packets there were.
    pub packets: u64,
}

/// Reads a capture. `from` picks the connections of one client, `number` one connection, from 1.
pub fn read(bytes: &[u8], from: Option<IpAddr>, number: Option<usize>) -> Told {
    let mut table = Table::default();
    let mut told = Told::default();
    for packet in Packets::new(bytes).into_iter().flatten() {
        told.packets = packet.number;
        let Some(frame) = frame::parse(packet.link, packet.bytes) else { continue };
        match frame.content {
            Content::Tcp(segment) => table.segment(&packet, &frame, &segment),
            Content::Icmp(error, ends) => table.error(&packet, frame.source, error, ends),
        }
    }
    let (all, left_out) = table.finish();
    let is_asked = |c: &&Connection| from.is_none_or(|from| c.client.ip() == from);
    let mut of_ssh: Vec<&Connection> = all.iter().filter(|c| c.is_ssh()).filter(is_asked).collect();
    if of_ssh.is_empty() && all.len() <= FEW {
        // A server on a port of its own that never came to speak.
        of_ssh.extend(all.iter().filter(|c| c.is_mute()).filter(is_asked));
        told.notes.extend(
            of_ssh.iter().map(|c| format!("no connection to port 22: told of {}", c.server)),
        );
    }
    if left_out > 0 {
        told.notes.push(format!("{left_out} connections more were not followed"));
    }
    let judged: Vec<_> = of_ssh.iter().map(|c| (*c, verdict::of(c, told.packets))).collect();
    if judged.len() > 1 {
        told.notes.extend(summary(&judged.iter().map(|(_, v)| v.outcome).collect::<Vec<_>>()));
    }
    let chosen = match number {
        Some(number) => judged.get(number.saturating_sub(1)),
        None => judged.iter().find(|(_, v)| v.is_broken).or(judged.first()),
    };
    if let Some((connection, verdict)) = chosen {
        told.exchange = Some(connection.exchange());
        told.shown.clone_from(&verdict.shown);
        told.notes.extend(verdict.notes.iter().cloned());
    } else if told.packets > 0 {
        told.notes.push(format!("{} packets, none of a connection to SSH", told.packets));
    }
    told
}

fn summary(outcomes: &[&'static str]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(outcome).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let told: Vec<String> =
        counts.iter().map(|(words, count)| format!("{count} {words}")).collect();
    Some(format!("{} connections: {}", outcomes.len(), told.join(", ")))
}

#[cfg(test)]
mod tests;
