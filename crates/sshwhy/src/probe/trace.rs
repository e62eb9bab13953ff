//! Where on the way a SYN is lost or refused: SYNs with a short life, beside datagrams that nobody has a reason to stop.
//!
//! A SYN whose life ends on the way opens no connection. It needs no privilege: the kernel hands the ICMP errors to the
//! sockets that they are about.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::thread;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SynEnds;
use sshwhy_core::model::trace::End;
use sshwhy_core::model::trace::Hop;
use sshwhy_core::model::trace::Lost;
use sshwhy_core::model::trace::Trace;

use super::Probe;
use super::Situation;
use super::hops;
use super::hops::Hops;
use super::variation;
use crate::engine::scene::Scene;
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

/// So many hops behind the last one that answers may be silent ones.
const SILENT: u8 = 2;
/// A packet may be lost by chance, and who has just sent an ICMP error may hold the next one back (RFC 1812 4.3.2.8).
const TRIES: usize = 3;

fn ready(situation: &Situation<'_>) -> bool {
    // Who sends an ICMP error says where it stands, and sends few of them.
    let ended = [Connect::Silent, Connect::Reset];
    let ended = ended.into_iter().any(|answer| situation.evidence.holds(answer));
    ended && hops::are_there(situation)
}

fn run(scene: &Scene) {
    let (Some(address), Some(found)) = (scene.facts().address, hops::find(scene)) else { return };
    let heard = found.addresses.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
    let last = found.server.map_or(heard + usize::from(SILENT), |server| server + 1);
    let lives = u8::try_from(last).unwrap_or(hops::MOST).min(hops::MOST);
    let syns = syns(scene, address, lives, &found);
    if scene.cancel.is_set() || syns.contains(&Syn::Opened) {
        return;
    }
    let hop = |(at, syn): (usize, &Syn)| {
        let sender = if let Syn::Expired(sender) = syn { Some(*sender) } else { None };
        let known = found.addresses.get(at).copied().flatten();
        Hop { address: sender.or(known), saw: sender.is_some(), answers: known.is_some() }
    };
    let number = |at: usize| u8::try_from(at + 1).ok();
    let trace = Trace {
        what: Lost::Syn,
        hops: syns.iter().enumerate().map(hop).collect(),
        server: found.server.and_then(number),
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
fn syns(scene: &Scene, to: SocketAddr, most: u8, found: &Hops) -> Vec<Syn> {
    let patience = hops::patience(scene);
    let answers = |at: usize| found.addresses.get(at).is_some_and(Option::is_some);
    let options = variation::manner(scene).options;
    let send = |life| {
        let options = tcp::Options { hops: Some(life), ..options };
        match tcp::connect(to, options, patience, &scene.cancel) {
            Ok(connection) => {
                connection.abort();
                Syn::Opened
            }
            Err(error) => match error.icmp.map(hops::expired) {
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
