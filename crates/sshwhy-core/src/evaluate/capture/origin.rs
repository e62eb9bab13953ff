//! Who sent a reset: the server's own socket, something that only has its address, or somebody else.
//!
//! Must never say more than the packets show. A forger that copies everything leaves no trace in one capture, and then the reset
//! is taken for what it looks like; only a capture at the other end proves it.

use super::connection::Connection;
use super::connection::Reset;
use super::half::Ids;
use super::half::NEAR;
use super::half::is_after;
use super::round_trip::RoundTrips;
use crate::model::question::EndSentBy;

/// What times to live begin with, in the systems that there are.
const INITIAL: [u8; 4] = [32, 64, 128, 255];
/// Times to live of one way differ by no more, where routes change under way.
const SAME_WAY: u8 = 1;
/// A round trip that is shorter, in seconds, cannot be told from the time that a host needs.
const MEASURABLE: f64 = 0.002;
/// No identification string is longer, with its end (RFC 4253 4.2).
const IDENT: i64 = 255;
/// No more can be on the way between two hosts that just began to speak.
const UNDER_WAY: i64 = 1 << 16;
/// No clock of TCP goes faster, in ticks a second.
const FASTEST_CLOCK: f64 = 1e6;
/// A clock may seem to go back by so many ticks: processors differ, and packets overtake each other.
const BACK: i64 = 1000;
/// So many identifications one after another show that they are counted.
const COUNTED: u32 = 2;

/// Who sent it, and what shows that; `None` when the packets do not tell.
pub(super) fn of(
    connection: &Connection,
    reset: &Reset,
    round_trips: RoundTrips,
) -> Option<(EndSentBy, String)> {
    if !reset.by_server {
        return None;
    }
    let foreign = other_way(connection, reset)
        .or_else(|| too_soon(connection, reset, round_trips.least()?))
        .or_else(|| other_clock(connection, reset))
        .or_else(|| other_number(connection, reset));
    if let Some(words) = foreign {
        return Some((EndSentBy::SomebodyElse, words));
    }
    let late = connection.after_reset;
    let is_bare = reset.acknowledges.is_none();
    if is_bare {
        let lives = match late {
            0 => "only a kernel without that connection or a filter makes it so".to_owned(),
            _ => format!("{late} packets of the server's connection came after it"),
        };
        return Some((EndSentBy::NoSocket, format!("it is bare; {lives}")));
    }
    if late > 0 {
        let words = format!("{late} packets of the server came after it");
        return Some((EndSentBy::SomebodyElse, words));
    }
    by_clock(connection, reset)
}

/// It came another way than the rest, by the hops that it passed.
fn other_way(connection: &Connection, reset: &Reset) -> Option<String> {
    let (usual, least, most) = connection.of_server.ttls?;
    let slack = if least == most { 0 } else { SAME_WAY };
    let is_usual = (least.saturating_sub(slack)..=most.saturating_add(slack)).contains(&reset.ttl);
    let (own, other) = (hops(reset.ttl), hops(usual));
    // As far away with another initial value: some systems treat their resets so.
    if is_usual || own == other && initial(reset.ttl) != initial(usual) {
        return None;
    }
    let place = match own.abs_diff(other) {
        _ if initial(reset.ttl) != initial(usual) => String::new(),
        1 if own < other => ": one hop nearer".to_owned(),
        1 => ": one hop farther".to_owned(),
        count if own < other => format!(": {count} hops nearer"),
        count => format!(": {count} hops farther"),
    };
    let ttl = reset.ttl;
    Some(format!("its time to live is {ttl}, that of the server's other packets {usual}{place}"))
}

fn initial(ttl: u8) -> u8 {
    INITIAL.into_iter().find(|initial| *initial >= ttl).unwrap_or(u8::MAX)
}

fn hops(ttl: u8) -> u8 {
    initial(ttl) - ttl
}

/// It answers what cannot have reached the server yet.
fn too_soon(connection: &Connection, reset: &Reset, round_trip: f64) -> Option<String> {
    let asked = match reset.acknowledges {
        Some(_) => reset.answers?,
        // A bare one has the number that what it answers acknowledges.
        None => connection.of_client.acks.filter(|(number, _)| *number == reset.sequence)?.1,
    };
    let after = reset.at - asked;
    (round_trip >= MEASURABLE && (0.0..round_trip / 2.0).contains(&after)).then(|| {
        format!(
            "it came {:.1} ms after what it answers; the way to the server and back takes {:.1} ms",
            after * 1e3,
            round_trip * 1e3
        )
    })
}

fn other_clock(connection: &Connection, reset: &Reset) -> Option<String> {
    let (own, last) = (reset.clock?, connection.of_server.clock?);
    let ticks = i64::from(own.wrapping_sub(last.value).cast_signed());
    let seconds = (reset.at - last.at).max(0.0) + 1.0;
    let is_possible = ticks >= -BACK && (ticks as f64) < seconds * FASTEST_CLOCK;
    (!is_possible).then(|| format!("its clock is {ticks} ticks off that of the server"))
}

fn other_number(connection: &Connection, reset: &Reset) -> Option<String> {
    if reset.acknowledges.is_none() {
        let (highest, _) = connection.of_client.acks?;
        let is_asked = !is_after(reset.sequence, highest);
        return (!is_asked).then(|| {
            let off = reset.sequence.wrapping_sub(highest);
            format!("its number is {off} past what the client had acknowledged")
        });
    }
    // What the server sent may have been lost before it was captured.
    let lost = if connection.of_server.sent == 0 { IDENT } else { UNDER_WAY };
    let off = reset.off.filter(|off| !(-1..=lost).contains(off))?;
    Some(format!("its number is {off} off what the server would send next"))
}

/// The clock of the connection is the socket's own: who forges a reset seldom takes the trouble.
fn by_clock(connection: &Connection, reset: &Reset) -> Option<(EndSentBy, String)> {
    let server = &connection.of_server;
    let last = server.clock?;
    let counted = server.ids.filter(|ids| ids.steps >= COUNTED && ids.jumps == 0);
    let follows =
        |ids: Ids| reset.id.is_some_and(|id| (1..=NEAR).contains(&id.wrapping_sub(ids.last)));
    let jump = counted.filter(|ids| !follows(*ids));
    match (reset.clock, jump) {
        (Some(own), None) if reset.off.is_some_and(|off| off.abs() <= 1) => {
            let ticks = own.wrapping_sub(last.value);
            let words = format!(
                "its number is exact and it bears the connection's clock, {ticks} ticks on; only a forger that copies everything looks so, too"
            );
            Some((EndSentBy::Server, words))
        }
        (None, Some(ids)) => {
            let id = reset.id.unwrap_or(0);
            let words = format!(
                "it lacks the clock of the server's other packets, and its identification {id} does not follow theirs ({})",
                ids.last
            );
            Some((EndSentBy::SomebodyElse, words))
        }
        (None, None) if connection.is_linux => {
            let words = "it lacks the clock that every segment of a Linux socket bears";
            Some((EndSentBy::SomebodyElse, words.to_owned()))
        }
        _ => None,
    }
}
