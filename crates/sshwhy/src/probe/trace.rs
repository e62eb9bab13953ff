//! Where on the way a SYN is lost or refused: SYNs with a short life, beside datagrams that nobody has a reason to stop.
//!
//! A SYN whose life ends on the way opens no connection. It needs no privilege: the kernel hands the ICMP errors to the
//! sockets that they are about.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SynEnds;
use sshwhy_core::model::trace::End;
use sshwhy_core::model::trace::Hop;
use sshwhy_core::model::trace::Trace;
use sshwhy_core::wire::icmp;
use sshwhy_core::wire::icmp::IcmpError;

use super::Probe;
use super::Situation;
use super::variation;
use crate::engine::scene::Scene;
use crate::sys::error_queue::Origin;
use crate::sys::error_queue::QueuedError;
use crate::sys::hop;
use crate::sys::tcp;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "trace",
    doing: "looking how far packets get",
    questions: &[Question::SynEnds],
    cost: Cost { seconds: 1.4, connections: 0, risk: 0.0 },
    ready,
    run,
};

/// Hardly a way is longer.
const MOST: u8 = 20;
/// So many hops behind the last one that answers may be silent ones.
const SILENT: u8 = 2;
/// A packet may be lost by chance, and who has just sent an ICMP error may hold the next one back (RFC 1812 4.3.2.8).
const TRIES: usize = 3;
/// Whoever answers at all does so in this time, and two round trips.
const PATIENCE: Duration = Duration::from_millis(700);

fn ready(situation: &Situation<'_>) -> bool {
    // Who sends an ICMP error says where it stands, and sends few of them.
    let ended = [Connect::Silent, Connect::Reset];
    let facts = situation.facts;
    // Without a gateway there is nobody on the way.
    let has_gateway = facts.way.as_ref().is_some_and(|(to, way)| {
        Some(*to) == facts.address && way.split(' ').any(|word| word == "via")
    });
    let ended = ended.into_iter().any(|answer| situation.evidence.holds(answer));
    ended && has_gateway && variation::is_direct(situation)
}

fn run(scene: &Scene) {
    let Some(address) = scene.facts().address else { return };
    let patience = PATIENCE + 2 * scene.facts().round_trip.unwrap_or_default();
    let ip = address.ip();
    let is_there = |errors: &[Option<QueuedError>]| {
        let at = errors.iter().position(|error| error.is_some_and(|e| e.sender == Some(ip)));
        at.is_some_and(|at| errors.iter().take(at).all(Option::is_some))
    };
    let Ok(datagrams) = hop::trace(ip, MOST, patience, &scene.cancel, is_there) else { return };
    let server = datagrams.iter().position(|error| error.is_some_and(|e| e.sender == Some(ip)));
    let heard = datagrams.iter().rposition(|error| error.and_then(expired).is_some());
    let last = match (server, heard) {
        (Some(server), _) => server + 1,
        (None, heard) => heard.map_or(0, |at| at + 1) + usize::from(SILENT),
    };
    let lives = u8::try_from(last).unwrap_or(MOST).min(MOST);
    let answers = |at: usize| datagrams.get(at).is_some_and(Option::is_some);
    let syns = syns(scene, address, lives, patience, answers);
    if scene.cancel.is_set() || syns.contains(&Syn::Opened) {
        return;
    }
    let hop = |(syn, datagram): (&Syn, &Option<QueuedError>)| Hop {
        syn: if let Syn::Expired(sender) = syn { Some(*sender) } else { None },
        datagram: datagram.and_then(expired),
    };
    let number = |at: usize| u8::try_from(at + 1).ok();
    let trace = Trace {
        hops: syns.iter().zip(&datagrams).map(hop).collect(),
        server: server.and_then(number),
        refused: syns.iter().position(|syn| *syn == Syn::Refused).and_then(number),
    };
    if let Some(end) = trace.end() {
        let answer = match end {
            End::Server => SynEnds::AtHost,
            End::OnTheWay => SynEnds::OnTheWay,
        };
        let seen = trace.refused.map_or(trace.seen_by(), usize::from);
        let verb = if trace.refused.is_some() { "reset at" } else { "last seen at" };
        scene.observe(answer, format!("{verb} hop {seen} of {}", trace.server.unwrap_or_default()));
    }
    scene.learn(|facts| facts.measured.trace = Some(trace));
}

/// What came of a SYN with a short life.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Syn {
    /// Its life ended where this sender stands.
    Expired(IpAddr),
    /// It was reset, as the one of the main connection.
    Refused,
    Nothing,
    /// It met no fault this time.
    Opened,
}

/// Sends a SYN for each life from one hop on; again where nothing came and a datagram was answered.
fn syns(
    scene: &Scene,
    to: SocketAddr,
    most: u8,
    patience: Duration,
    answers: impl Fn(usize) -> bool,
) -> Vec<Syn> {
    let options = variation::manner(scene).options;
    let send = |life| {
        let options = tcp::Options { hops: Some(life), ..options };
        match tcp::connect(to, options, patience, &scene.cancel) {
            Ok(connection) => {
                connection.abort();
                Syn::Opened
            }
            Err(error) => match error.icmp.map(expired) {
                Some(sender) => sender.map_or(Syn::Nothing, Syn::Expired),
                None if error.error.kind() == ErrorKind::ConnectionRefused => Syn::Refused,
                None => Syn::Nothing,
            },
        }
    };
    let mut syns = vec![Syn::Nothing; usize::from(most)];
    for again in 0..TRIES {
        let end = syns.iter().position(|syn| *syn == Syn::Refused).unwrap_or(syns.len());
        thread::scope(|scope| {
            let send = &send;
            let mut sent = Vec::new();
            for ((at, syn), life) in syns.iter_mut().take(end).enumerate().zip(1..) {
                if *syn == Syn::Nothing && (again == 0 || answers(at)) {
                    sent.push((syn, scope.spawn(move || send(life))));
                }
            }
            sent.into_iter().for_each(|(syn, one)| *syn = one.join().unwrap_or(Syn::Nothing));
        });
    }
    syns
}

/// Who says that a life ended, if that is what an error says.
fn expired(error: QueuedError) -> Option<IpAddr> {
    let meaning = match error.origin {
        Origin::Icmp => icmp::of_ipv4(error.kind, error.code),
        Origin::Icmp6 => icmp::of_ipv6(error.kind, error.code),
        Origin::Local => None,
    };
    error.sender.filter(|_| meaning == Some(IcmpError::TimeExceeded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_life_names_a_hop() {
        let router: IpAddr = [192, 0, 2, 1].into();
        let error = |origin, kind, code| QueuedError { origin, kind, code, sender: Some(router) };
        assert_eq!(expired(error(Origin::Icmp, 11, 0)), Some(router));
        assert_eq!(expired(error(Origin::Icmp6, 3, 0)), Some(router));
        assert_eq!(expired(error(Origin::Icmp, 3, 1)), None);
        assert_eq!(expired(error(Origin::Local, 11, 0)), None);
    }
}
