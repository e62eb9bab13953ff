//! The host's name: what the system makes of it, as ssh does.
//!
//! It must never wait for anything but the system's own look-up: the main connection begins as
//! soon as that has an address.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::address_kind;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::LookupTime;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::SystemLookup;
use sshwhy_core::parse::ssh_g::AddressFamily;
use sshwhy_core::parse::ssh_g::ClientConfig;

use super::Probe;
use super::Situation;
use super::host_name::Literal;
use super::host_name::SLOW;
use super::host_name::list;
use super::host_name::literal;
use super::proxy;
use crate::engine::facts::LookedUp;
use crate::engine::scene::Scene;
use crate::sys::cancel::LOOK;
use crate::sys::lookup;
use crate::sys::lookup::Family;
use crate::sys::lookup::Lookup;
use crate::sys::lookup::LookupError;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "names",
    doing: "looking the name up",
    questions: &[Question::SystemLookup, Question::LookupTime, Question::AddressKind],
    cost: Cost { seconds: 0.05, connections: 0, risk: 0.0 },
    ready,
    run,
};

/// glibc asks each name server twice for five seconds; a bit more than that with one of them.
const LIMIT: Duration = Duration::from_secs(12);
/// When no name server answers us either, there is nothing to wait for but the hosts file and the
/// like, which are quick.
const DEAD_LIMIT: Duration = Duration::from_secs(4);

fn ready(situation: &Situation<'_>) -> bool {
    // Behind a proxy it is the proxy that looks the name up.
    let facts = situation.facts;
    !proxy::is_used(facts) && facts.addresses.is_empty() && !facts.config.hostname.is_empty()
}

fn run(scene: &Scene) {
    let config = scene.facts().config;
    match literal(&config) {
        Some(Literal::Address(address)) => {
            // First the address: once the look-up is answered, nobody may wait for us any more.
            found(scene, vec![address]);
            scene.observe(SystemLookup::Found, format!("{} is an address itself", address.ip()));
        }
        Some(Literal::OtherFamily(text)) => scene.observe(SystemLookup::NoAddress, text),
        Some(Literal::NoInterface(text)) => scene.observe(SystemLookup::NoSuchName, text),
        None => look_up(scene, &config),
    }
}

fn look_up(scene: &Scene, config: &ClientConfig) {
    let name = config.hostname.as_str();
    let family = match config.address_family {
        AddressFamily::Any => Family::Any,
        AddressFamily::Inet => Family::V4,
        AddressFamily::Inet6 => Family::V6,
    };
    let lookup = Lookup::begin(name, config.port, family);
    let is_over = || match scene.facts().name_servers_dead {
        true => lookup.elapsed() > DEAD_LIMIT,
        false => lookup.elapsed() > LIMIT,
    };
    while !is_over() && !scene.cancel.is_set() {
        if let Some((result, took)) = lookup.wait(LOOK) {
            observe(scene, name, result, took);
            return;
        }
    }
    if !scene.cancel.is_set() {
        let seconds = lookup.elapsed().as_secs_f64();
        let text = format!("getaddrinfo {name}: no answer in {seconds:.1} s");
        ended(scene, false, lookup.elapsed());
        let_name_servers_speak(scene);
        scene.observe(SystemLookup::TryAgain, text.clone());
        scene.observe(LookupTime::Slow, text);
    }
}

/// Records what the system's own look-up brought.
fn observe(scene: &Scene, name: &str, result: lookup::Found, took: Duration) {
    let time = if took > SLOW { LookupTime::Slow } else { LookupTime::Quick };
    let time_text = format!("getaddrinfo {name}: {:.1} ms", took.as_secs_f64() * 1000.0);
    match result {
        Ok(addresses) => {
            let text = format!("getaddrinfo {name}: {}", list(addresses.iter().map(|a| a.ip())));
            found(scene, addresses);
            ended(scene, true, took);
            scene.observe(SystemLookup::Found, text);
        }
        Err(error) => {
            let answer = match error {
                LookupError::NoSuchName => SystemLookup::NoSuchName,
                LookupError::NoAddress => SystemLookup::NoAddress,
                LookupError::TryAgain
                | LookupError::Failed
                | LookupError::System(_)
                | LookupError::Other(_) => SystemLookup::TryAgain,
            };
            ended(scene, false, took);
            let_name_servers_speak(scene);
            scene.observe(answer, format!("getaddrinfo {name}: {error}"));
        }
    }
    scene.observe(time, time_text);
}

/// A failed look-up ends the run, and what the name servers say of it is worth a moment.
fn let_name_servers_speak(scene: &Scene) {
    const MOMENT: Duration = Duration::from_secs(1);
    let began = Instant::now();
    while began.elapsed() < MOMENT && scene.facts().asking_name_servers && !scene.cancel.is_set() {
        thread::sleep(Duration::from_millis(5));
    }
}

fn ended(scene: &Scene, found: bool, took: Duration) {
    scene.learn(|f| f.looked_up = Some(LookedUp { found, took, at: Instant::now() }));
}

fn found(scene: &Scene, addresses: Vec<SocketAddr>) {
    let first = addresses.first().map(SocketAddr::ip);
    scene.learn(|f| f.addresses = addresses);
    if let Some(first) = first {
        scene.observe(address_kind::of(first), first.to_string());
    }
}
