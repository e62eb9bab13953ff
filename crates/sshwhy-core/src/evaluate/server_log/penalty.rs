//! What sshd charges sources for (PerSourcePenalties, 9.8 and later), as the log shows it.

use std::net::IpAddr;

use super::connection;
use super::connection::Connection;
use super::events::Event;
use super::events::Log;
use crate::parse::log_line::MICROS;
use crate::parse::sshd_log::What;

/// No penalty lasts longer unless configured so (sshd_config(5), `max`), in microseconds.
const LONGEST: i64 = 600 * MICROS;

/// A connection that a source is charged for.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge<'a> {
    /// When the connection ended, in microseconds since 1970.
    pub at: i64,
    /// The client.
    pub source: IpAddr,
    /// What for.
    pub kind: ChargeKind,
    /// The last line of the connection.
    pub shown_by: &'a Event,
}

/// What a source is charged for (sshd_config(5), `PerSourcePenalties`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ChargeKind {
    /// `crash`
    Crash,
    /// `authfail`
    AuthFail,
    /// `invaliduser` from 10.3 on; before it counts as `authfail`.
    InvalidUser,
    /// `noauth`
    NoAuth,
    /// `grace-exceeded`
    GraceExceeded,
    /// `refuseconnection`
    RefuseConnection,
}

/// All that sources are charged for, in the order of time. Our own probes count as others do. That
/// a client only asked which methods there are cannot be told from a failed attempt at INFO.
pub fn charges(log: &Log) -> Vec<Charge<'_>> {
    let charge = |c: &Connection| {
        let kind = kind(c, log)?;
        let shown_by = c.events(log).next_back()?;
        Some(Charge { at: c.last, source: c.source?, kind, shown_by })
    };
    let mut charges: Vec<_> = connection::connections(log).iter().filter_map(charge).collect();
    charges.sort_by_key(|charge| charge.at);
    charges
}

fn kind(connection: &Connection, log: &Log) -> Option<ChargeKind> {
    let said = |wanted: &[What]| {
        connection.events(log).any(|e| e.what().is_some_and(|what| wanted.contains(&what)))
    };
    if said(&[What::StartupsDrop, What::PenaltyDrop, What::RefusedConnect, What::Accepted]) {
        return None;
    }
    let signal =
        |e: &Event| e.what() == Some(What::Signalled) && !matches!(e.number, Some(1 | 2 | 13 | 15));
    Some(match () {
        () if said(&[What::ChildCrash]) || connection.events(log).any(signal) => ChargeKind::Crash,
        () if said(&[What::GraceTime]) => ChargeKind::GraceExceeded,
        () if said(&[What::Prohibited]) => ChargeKind::RefuseConnection,
        () if said(&[What::InvalidUser]) => ChargeKind::InvalidUser,
        () if connection.events(log).any(|e| e.user.is_some()) => ChargeKind::AuthFail,
        () if connection.has_ended() => ChargeKind::NoAuth,
        () => return None,
    })
}

/// What the log says of penalties for a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalised<'a> {
    /// No line of the last ten minutes says that it is penalised, or a login was accepted since.
    No,
    /// It is at this moment, this line says.
    Yes(&'a Event),
    /// It was at the time of this line, and may be so still.
    Perhaps(&'a Event),
}

/// Whether a source is penalised at `now` (microseconds since 1970).
pub fn penalised(log: &Log, source: IpAddr, now: i64) -> Penalised<'_> {
    let recent = log.events.iter().rev().take_while(|event| event.at >= now - LONGEST);
    let mut perhaps = None;
    for event in recent.filter(|event| event.source == Some(source)) {
        let until = match event.what() {
            Some(What::Accepted) => break,
            Some(What::PenaltyDrop) => event.at + at_least(&event.detail),
            Some(What::PenaltyActive) => {
                let millis = i64::try_from(event.number.unwrap_or(0)).unwrap_or(i64::MAX);
                event.at.saturating_add(millis.saturating_mul(1000))
            }
            _ => continue,
        };
        if now < until {
            return Penalised::Yes(event);
        }
        if event.what() == Some(What::PenaltyDrop) {
            perhaps = perhaps.or(Some(event));
        }
    }
    perhaps.map_or(Penalised::No, Penalised::Perhaps)
}

/// How long a source is refused at least after a connection was dropped: the smallest penalty that
/// comes to effect is more than 15 seconds (`min`), and a client that just tried is hardly at its
/// end.
fn at_least(reason: &str) -> i64 {
    let seconds = if reason.ends_with("caused crash") { 60 } else { 10 };
    seconds * MICROS
}
