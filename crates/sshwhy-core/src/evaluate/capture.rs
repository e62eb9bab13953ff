//! Captured connections to SSH servers: how far each got, how it ended, and who sent the reset.
//!
//! Must never take a capture's edge for an end: what the capture did not see is not said to be missing.

use std::borrow::Cow;
use std::net::IpAddr;
use std::net::SocketAddr;

use crate::model::evidence::Exchange;
use crate::model::question::Answer;
use crate::wire::capture::Content;
use crate::wire::capture::Packet;
use crate::wire::capture::Reader;
use crate::wire::capture::frame;
use crate::wire::capture::frame::RAW;

mod connection;
mod half;
mod hello;
mod origin;
mod round_trip;
mod sum;
mod table;
mod text;
mod verdict;

use self::sum::Sum;
use self::table::Table;
pub use self::text::read_text;

/// An answer, and the packet that shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The answer.
    pub answer: Answer,
    /// The packet, from 1.
    pub packet: u64,
    /// In words.
    pub text: Cow<'static, str>,
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

/// Which connections of a capture are asked about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Those of one client.
    pub from: Option<IpAddr>,
    /// One of them, from 1, in the order in which they were seen to be of SSH.
    pub number: Option<usize>,
    /// Those that began at this time or later, in seconds since 1970.
    pub since: Option<f64>,
    /// Those that began before.
    pub until: Option<f64>,
}

/// Reads a capture that is there as a whole.
pub fn read(bytes: &[u8], asked: &Asked) -> Told {
    let mut reading = Reading::new(asked);
    reading.take(bytes);
    reading.finish()
}

/// What packets of bare IP say of one connection, and who sent its resets; other connections of the same hosts tell how long
/// the way is.
pub fn of_connection<'a>(
    packets: impl Iterator<Item = (f64, &'a [u8])>,
    client: SocketAddr,
    server: SocketAddr,
) -> Told {
    let (mut table, mut sum) = (Table::default(), Sum::of_one(client, server));
    for (number, (at, bytes)) in (1..).zip(packets) {
        follow(&Packet { number, at, link: RAW, bytes, length: bytes.len() }, &mut table, &mut sum);
    }
    table.finish(&mut sum);
    sum.told()
}

/// Reads a capture that comes in pieces: what is over is counted and forgotten.
#[derive(Debug)]
pub struct Reading {
    reader: Reader,
    table: Table,
    sum: Sum,
}

impl Reading {
    /// Begins to read.
    pub fn new(asked: &Asked) -> Self {
        let sum = Sum::new(asked);
        Self { reader: Reader::default(), table: Table::default(), sum }
    }

    /// Takes the next piece.
    pub fn take(&mut self, piece: &[u8]) {
        let Self { reader, table, sum } = self;
        reader.take(piece, |packet| follow(&packet, table, sum));
    }

    /// What all of it says.
    pub fn finish(self) -> Told {
        let Self { reader, mut table, mut sum } = self;
        reader.finish(|packet| follow(&packet, &mut table, &mut sum));
        let left_out = table.finish(&mut sum);
        let mut told = sum.told();
        if left_out > 0 {
            told.notes.push(format!("{left_out} connections more were not followed"));
        }
        told
    }
}

fn follow(packet: &Packet<'_>, table: &mut Table, sum: &mut Sum) {
    sum.packets = packet.number;
    let Some(frame) = frame::parse(packet.link, packet.bytes) else { return };
    match frame.content {
        Content::Tcp(segment) => table.segment(packet, &frame, &segment, sum),
        Content::Icmp(error, ends) => table.error(packet, frame.source, error, ends),
    }
}

#[cfg(test)]
mod tests;
