//! Sessions that lie still: one for as long as the user asks, others that are woken at quarters of that time, and one with
//! keepalives. Together they take as long as the longest.
//!
//! They are four at once, more than other connections may be: they are logged in one after the other, and a session that is
//! logged in takes no place in MaxStartups and earns no penalty.

use std::net::IpAddr;
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use sshwhy_core::model::idle_limit::IdleLimit;
use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::IdleEnd;
use sshwhy_core::model::question::IdleKeepalive;
use sshwhy_core::model::question::Login;
use sshwhy_core::model::question::OwnAddress;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::Session;

use super::Probe;
use super::Situation;
use super::ssh::still::Fate;
use super::ssh::still::follow;
use super::ssh::still::open;
use crate::engine::scene::Scene;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "idle",
    doing: "leaving sessions alone",
    questions: &[Question::IdleEnd, Question::IdleKeepalive, Question::OwnAddress],
    // The time is the user's wish, so that it is not held against the probe.
    cost: Cost { seconds: 1.0, connections: 3, risk: 0.0 },
    ready,
    run,
};

/// So many keepalives are sent in the time that the user asked for.
const KEEPALIVES: u32 = 8;

fn ready(situation: &Situation<'_>) -> bool {
    let evidence = situation.evidence;
    let sound = evidence.holds(Login::Accepted) && evidence.holds(Session::Starts);
    situation.settings.idle.is_some() && sound
}

fn run(scene: &Scene) {
    let Some(idle) = scene.settings.idle else { return };
    let seconds = (idle / KEEPALIVES).as_secs().max(1);
    let interval = format!("ServerAliveInterval={seconds}");
    let quarter = idle / 4;
    let [whole, kept, ends, middle] = thread::scope(|scope| {
        // Each lies still from the moment it is open; the next login takes its time.
        let leave = |more: &[&str], times: &[Duration]| {
            let (pipe, times) = (open(scene, more)?, times.to_vec());
            Some(scope.spawn(move || follow(scene, pipe, &times)))
        };
        let whole = leave(&[], &[idle]);
        let others: [(&[&str], &[Duration]); 3] = [
            (&[&interval, "ServerAliveCountMax=3"], &[idle]),
            (&[], &[quarter, quarter * 3]),
            (&[], &[quarter * 2]),
        ];
        let others = others.map(|(more, times)| whole.as_ref().and_then(|_| leave(more, times)));
        let [kept, ends, middle] = others;
        [whole, kept, ends, middle].map(|thread| thread?.join().ok())
    });
    let Some(whole) = whole else {
        scene.learn(|f| f.not_assessed.push("an idle session: it did not stay open".to_owned()));
        return;
    };
    if scene.cancel.is_set() {
        return;
    }
    let others: Vec<Fate> = [ends, middle].into_iter().flatten().collect();
    observe(scene, &whole, &others);
    if whole.is_alive() {
        return;
    }
    let limit = limit(others.iter().chain([&whole]));
    if limit.is_sound() {
        scene.learn(|facts| facts.measured.idle_limit = Some(limit));
    }
    // Keepalives that are as seldom as what ends a session show nothing.
    if let Some(kept) = kept.filter(|kept| kept.is_alive() || limit.is_below(seconds as f64)) {
        let saves = kept.is_alive();
        let answer = if saves { IdleKeepalive::Saves } else { IdleKeepalive::DoesNotSave };
        scene.observe(answer, format!("with ServerAliveInterval {seconds}: {}", kept.text));
    }
}

/// What the fates of several sessions say of a limit.
fn limit<'f>(fates: impl Iterator<Item = &'f Fate>) -> IdleLimit {
    let mut limit = IdleLimit { ends: f64::INFINITY, ..IdleLimit::default() };
    for fate in fates {
        limit.saw(fate.lived.as_secs_f64(), true);
        if !fate.is_alive() {
            limit.saw(fate.after.as_secs_f64(), false);
        }
    }
    limit
}

fn observe(scene: &Scene, whole: &Fate, others: &[Fate]) {
    let mut text = match whole.end {
        IdleEnd::Survives => whole.text.clone(),
        _ => format!("{:.1} s after it fell still: {}", whole.after.as_secs_f64(), whole.text),
    };
    if !whole.is_alive() {
        let lived = others.iter().map(|fate| fate.lived).max().unwrap_or_default();
        let ended = others.iter().filter(|fate| !fate.is_alive()).map(|fate| fate.after).min();
        if !lived.is_zero() {
            text += &format!("; another one survived {:.0} s of silence", lived.as_secs_f64());
        }
        if let Some(ended) = ended.filter(|ended| *ended < whole.after) {
            text += &format!("; another one did not survive {:.0} s", ended.as_secs_f64());
        }
    }
    scene.observe(whole.end, text);
    let source = scene.facts().source.map(|s| s.ip()).filter(|_| !whole.is_alive());
    if let Some(source) = source {
        scene.observe(own_address(source), source.to_string());
    }
}

/// Only an address of this host can be bound to.
fn own_address(address: IpAddr) -> Answer {
    let kept = UdpSocket::bind((address, 0)).is_ok();
    if kept { OwnAddress::Kept.into() } else { OwnAddress::Gone.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses() {
        let check = |text: &str, expected: OwnAddress| {
            assert_eq!(own_address(text.parse().unwrap()), expected.into(), "{text}");
        };
        check("127.0.0.1", OwnAddress::Kept);
        // RFC 5737: no host has an address of this range.
        check("192.0.2.1", OwnAddress::Gone);
    }

    #[test]
    fn several_sessions_give_one_limit() {
        let fate = |end, lived, after| Fate {
            end,
            lived: Duration::from_secs(lived),
            after: Duration::from_secs(after),
            text: String::new(),
        };
        let found = limit([fate(IdleEnd::Reset, 0, 40), fate(IdleEnd::Reset, 10, 30)].iter());
        assert_eq!((found.survives, found.ends), (10.0, 30.0));
        let alive = limit([fate(IdleEnd::Survives, 40, 40)].iter());
        assert!(!alive.is_sound());
    }
}
