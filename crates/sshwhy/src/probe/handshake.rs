//! The main connection: as ssh makes it, from the first packet to the server's key exchange reply.
//!
//! Everything that a healthy host answers up to its host key costs this one connection.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::FirstAddress;
use sshwhy_core::model::question::OtherFamily;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;

use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Manner;
use super::attempt::Opened;
use super::hello;
use super::kex;
use super::proxy;
use super::refusal;
use super::refusal::Refusal;
use crate::engine::scene::Scene;
use crate::sys::tcp::ConnectError;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "handshake",
    doing: "connecting as ssh does",
    questions: &[
        Question::Connect,
        Question::Hello,
        Question::KexInit,
        Question::KexReply,
        Question::Agreement,
        Question::HostKey,
    ],
    cost: Cost { seconds: 0.3, connections: 1, risk: 0.0 },
    ready,
    run,
};

fn ready(situation: &Situation<'_>) -> bool {
    !situation.facts.addresses.is_empty() || proxy::is_used(situation.facts)
}

/// No more addresses than this are tried; each costs a connection.
const ADDRESSES: usize = 3;
/// When there are more addresses, the first ones get only this long: two SYNs.
const FIRST_LIMIT: Duration = Duration::from_millis(1300);

fn run(scene: &Scene) {
    let facts = scene.facts();
    let mut attempt = Attempt::new(scene, Manner::of_user(&facts.config));
    wait_at(scene, Stage::Connect);
    let open = if proxy::is_used(&facts) {
        proxy::open(scene, &facts, &mut attempt)
    } else {
        open_first(scene, &facts.addresses, &mut attempt)
    };
    if open && !scene.cancel.is_set() {
        talk(scene, &mut attempt, proxy::is_used(&facts));
    }
    scene.learn(|f| f.reached = f.waiting.take().map(|(stage, _)| stage));
    attempt.leave();
    scene.exchanged(attempt.exchange);
}

/// Greets, proposes and exchanges keys as far as the server goes along.
fn talk(scene: &Scene, attempt: &mut Attempt<'_>, through_program: bool) {
    wait_at(scene, Stage::Banner);
    let greeting = attempt.greet();
    if scene.cancel.is_set() {
        return;
    }
    if through_program && !proxy::observe(scene, attempt, &greeting) {
        // There was no connection to the server that could have ended.
        return;
    }
    if !hello::observe(scene, attempt, greeting) {
        return;
    }
    wait_at(scene, Stage::KexInit);
    let Some(method) = kex::observe_init(scene, attempt) else { return };
    attempt.learn_of_path();
    wait_at(scene, Stage::KeyExchange);
    if kex::observe_reply(scene, attempt, &method) {
        wait_at(scene, Stage::HostKey);
    }
}

fn wait_at(scene: &Scene, stage: Stage) {
    scene.learn(|f| f.waiting = Some((stage, Instant::now())));
}

/// Tries the addresses in ssh's order; records how the one fared that ssh would end with.
fn open_first(scene: &Scene, addresses: &[SocketAddr], attempt: &mut Attempt<'_>) -> bool {
    let tried = addresses.get(..ADDRESSES.min(addresses.len())).unwrap_or_default();
    let full = attempt.manner.connect;
    let mut failures = Vec::new();
    for (i, address) in tried.iter().enumerate() {
        scene.learn(|f| f.address = Some(*address));
        attempt.manner.connect = if i + 1 < tried.len() { FIRST_LIMIT } else { full };
        match attempt.open(*address) {
            Opened::Yes => {
                opened(scene, *address, attempt, &failures);
                return true;
            }
            Opened::No(error) => {
                let refused = refusal::of(&error, *address);
                let said = format!("{}: {}", address, refused.text);
                attempt.note(refused.actor, refused.event.clone());
                failures.push(Failure { address: *address, refused, said, error });
            }
            Opened::NoProgram(_) | Opened::NotTried => break,
        }
    }
    // An address that this host cannot even send to tells less than one that fails elsewhere.
    let telling = failures.into_iter().min_by_key(|f| !f.refused.left_host());
    if let Some(Failure { address, refused, said, error }) = telling {
        let refused_after = refused.is_of_target().then_some(error.after);
        scene.learn(|f| {
            f.address = Some(address);
            f.refused_after = refused_after;
            f.unanswered_syn = error.unanswered.map(|info| *info);
            f.waiting = Some((Stage::Connect, Instant::now()));
        });
        if let Some(sender) = refused.sender {
            scene.observe(sender, refused.text.clone());
        }
        scene.observe(refused.answer, said);
        if tried.iter().any(|a| a.is_ipv6() != address.is_ipv6()) {
            scene.observe(OtherFamily::Fails, "no address of the other family answers");
        }
    }
    false
}

struct Failure {
    address: SocketAddr,
    refused: Refusal,
    said: String,
    error: ConnectError,
}

fn opened(scene: &Scene, to: SocketAddr, attempt: &Attempt<'_>, failures: &[Failure]) {
    let info = attempt.info().unwrap_or_default();
    let round_trip = Some(info.round_trip).filter(|r| !r.is_zero());
    scene.learn(|f| {
        f.address = Some(to);
        f.source = attempt.exchange.from;
        f.round_trip = round_trip;
    });
    let millis = attempt.exchange.events.last().map_or(0.0, |e| e.at * 1000.0);
    scene.observe(Connect::Established, format!("SYN-ACK from {to} after {millis:.1} ms"));

    let Some(first) = failures.first() else { return };
    let answer = if first.address.is_ipv4() == to.is_ipv4() {
        FirstAddress::SiblingFails
    } else if first.refused.answer == Connect::Silent {
        FirstAddress::FailsSlowly
    } else {
        FirstAddress::FailsAtOnce
    };
    scene.observe(answer, format!("{}; then {to} answers", first.said));
    if first.address.is_ipv6() != to.is_ipv6() {
        scene.observe(OtherFamily::Works, format!("{to} answers"));
    }
}
