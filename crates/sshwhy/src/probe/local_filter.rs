//! Which rule of this host's own packet filter stops us? Wants root.
//!
//! A rule whose counter stands still while we do nothing, and moves while we try once more, is the
//! one. It must never change a rule, and says nothing when it is not certain.

mod iptables;
mod nft;
mod packet;

use std::fs;
use std::io;
use std::net::IpAddr;
use std::process::Command;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::model::offer::Cost;
use sshwhy_core::model::question::Answer;
use sshwhy_core::model::question::Connect;
use sshwhy_core::model::question::LocalFilter;
use sshwhy_core::model::question::Question;
use sshwhy_core::model::stage::Stage;

use self::nft::Fate;
use self::packet::Packet;
use super::Probe;
use super::Situation;
use super::attempt::Attempt;
use super::attempt::Manner;
use super::variation;
use crate::engine::scene::Scene;
use crate::sys::cancel::LOOK;
use crate::sys::privilege;
use crate::sys::process;
use crate::sys::route;

/// The probe.
pub(super) static PROBE: Probe = Probe {
    name: "local_filter",
    doing: "watching this host's packet filter",
    questions: &[Question::LocalFilter],
    cost: Cost { seconds: 1.2, connections: 1, risk: 0.0 },
    ready,
    run,
};

/// Long enough for one SYN and its answer, or for a rule to stop either.
const TRY: Duration = Duration::from_millis(700);
/// How long the counters are watched while we do nothing.
const REST: Duration = Duration::from_millis(300);

fn ready(situation: &Situation<'_>) -> bool {
    let failed = match situation.evidence.answer(Question::Connect) {
        Some(Answer::Connect(
            Connect::Established | Connect::NeighbourFailed | Connect::Unreachable,
        ))
        | None => false,
        Some(_) => true,
    };
    let stuck = situation.facts.stuck_at(Stage::Connect).is_some_and(between_syns);
    (failed || stuck) && variation::is_direct(situation) && privilege::is_root()
}

/// Whether the main connection sends no SYN while we rest: its SYNs go out at whole seconds.
fn between_syns(waited: Duration) -> bool {
    let into_second = Duration::from_nanos(u64::from(waited.subsec_nanos()));
    let window = Duration::from_millis(50)..Duration::from_millis(550);
    waited > Duration::from_secs(1) && window.contains(&into_second)
}

/// A rule or policy that stops packets.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Stop {
    /// Where it stands, and its text.
    at: String,
    /// How many packets it stopped; `None` when it does not count.
    packets: Option<u64>,
}

fn run(scene: &Scene) {
    let facts = scene.facts();
    let Some(address) = facts.address else { return };
    let way = route::to(address, None).unwrap_or_default();
    let source = way.source.map(|s| s.ip());
    let out = Packet {
        source,
        destination: Some(address.ip()),
        destination_port: Some(address.port()),
        leaves_by: way.interface.clone(),
        ..Packet::default()
    };
    let reply = Packet {
        source: Some(address.ip()),
        source_port: Some(address.port()),
        destination: source,
        comes_by: way.interface,
        ..Packet::default()
    };
    let look = || Rules::read(scene, address.ip(), &out, &reply);

    let Some(at_first) = look() else { return };
    rest(scene);
    let Some(before) = look() else { return };
    let mut manner = Manner::of_user(&facts.config);
    manner.connect = TRY;
    let mut attempt = Attempt::new(scene, manner);
    attempt.open(address);
    attempt.leave();
    let Some(after) = look() else { return };
    if scene.cancel.is_set() {
        return;
    }
    match moved(&at_first.stops, &before.stops, &after.stops) {
        Moved::Stop(at) => scene.observe(LocalFilter::Stops, at),
        Moved::Unclear => {}
        Moved::Nothing => observe_uncounted(scene, &after),
    }
}

/// No counter moved: what do the rules say that have none?
fn observe_uncounted(scene: &Scene, rules: &Rules) {
    let left = scene.facts().unanswered_syn.and_then(|info| info.left_host());
    let uncounted = rules.stops.iter().filter(|s| s.packets.is_none()).count();
    match &rules.fate {
        Fate::Stops(at) if left != Some(true) => scene.observe(LocalFilter::Stops, at.clone()),
        // What stops our packets then is beyond these tools: eBPF, a security product.
        _ if uncounted == 0 && left != Some(false) => {
            let text = match rules.stops.len() {
                0 => "no rule drops or rejects such packets".to_owned(),
                n => format!("{n} rules could; none of their counters moved"),
            };
            scene.observe(LocalFilter::Passes, text);
        }
        _ => {}
    }
}

fn rest(scene: &Scene) {
    let began = Instant::now();
    while began.elapsed() < REST && !scene.cancel.is_set() {
        thread::sleep(LOOK);
    }
}

/// What two looks at the counters show.
#[derive(Debug, Eq, PartialEq)]
enum Moved {
    /// One rule stopped packets while we tried, and none before.
    Stop(String),
    /// Nothing moved.
    Nothing,
    /// Something else moved it too, or the rules changed meanwhile.
    Unclear,
}

fn moved(at_first: &[Stop], before: &[Stop], after: &[Stop]) -> Moved {
    let places =
        |stops: &[Stop]| -> Vec<String> { stops.iter().map(|s| without_counter(&s.at)).collect() };
    if places(before) != places(after) || places(before) != places(at_first) {
        return Moved::Unclear;
    }
    let grown = |from: &[Stop], to: &[Stop]| -> Vec<usize> {
        let more = |i: &usize| from.get(*i).map(|s| s.packets) < to.get(*i).map(|s| s.packets);
        (0..to.len()).filter(more).collect()
    };
    let (resting, trying) = (grown(at_first, before), grown(before, after));
    let ours = trying.iter().find(|i| !resting.contains(i));
    match ours.and_then(|i| after.get(*i)) {
        Some(stop) => Moved::Stop(stop.at.clone()),
        None if trying.is_empty() => Moved::Nothing,
        None => Moved::Unclear,
    }
}

/// nft writes the counter into the rule.
fn without_counter(text: &str) -> String {
    let is_word = |w: &&str| w.parse::<u64>().is_err();
    text.split(' ').filter(is_word).collect::<Vec<_>>().join(" ")
}

/// What the tools show of the rules.
struct Rules {
    stops: Vec<Stop>,
    fate: Fate,
}

impl Rules {
    /// `None` when there is no tool that shows them.
    fn read(scene: &Scene, to: IpAddr, out: &Packet, reply: &Packet) -> Option<Self> {
        let family = if to.is_ipv6() { "ip6" } else { "ip" };
        let saved = output(scene, &format!("{family}tables-save"), &["-c"]);
        let listed = output(scene, "nft", &["-a", "list", "ruleset"]);
        if saved.is_err() && listed.is_err() {
            return None;
        }
        let saved = saved.unwrap_or_default();
        let mut stops = iptables::stops(&saved, out, reply);
        if let Some(legacy) = legacy(scene, family, &saved) {
            stops.extend(iptables::stops(&legacy, out, reply));
        }
        // iptables-nft keeps its rules in tables of these names; they are counted already.
        let known: Vec<String> =
            iptables::tables(&saved).iter().map(|t| format!("{family} {t}")).collect();
        let mut chains = nft::parse(&listed.unwrap_or_default(), &known);
        chains.retain(|chain| chain.is_of(&["inet", family, "netdev"]));
        stops.extend(nft::stops(&chains, out, reply));
        Some(Self { stops, fate: nft::fate(&chains, out) })
    }
}

/// The rules of the older kernel interface, when both are in use. The tool would create the tables
/// that it looks for, so it is run only when there are some.
fn legacy(scene: &Scene, family: &str, saved: &str) -> Option<String> {
    let in_use = fs::read_to_string(format!("/proc/net/{family}_tables_names")).ok()?;
    let is_shown = !saved.is_empty() && !saved.contains("(nf_tables)");
    if in_use.is_empty() || is_shown {
        return None;
    }
    output(scene, &format!("{family}tables-legacy-save"), &["-c"]).ok()
}

/// Runs a tool that only shows something; sudo's path may lack where it lies.
fn output(scene: &Scene, tool: &str, arguments: &[&str]) -> io::Result<String> {
    let limit = Duration::from_secs(2);
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for folder in ["", "/usr/sbin/", "/sbin/"] {
        let mut command = Command::new(format!("{folder}{tool}"));
        command.args(arguments).env("LC_ALL", "C");
        match process::run(&mut command, limit, &scene.cancel) {
            Ok(ran) if ran.status.is_some_and(|s| s.success()) => {
                return Ok(String::from_utf8_lossy(&ran.stdout).into_owned());
            }
            Ok(_) => return Err(io::Error::other(format!("{tool} failed"))),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our SYN to 10.9.8.7 port 22 by eth0, and its answer.
    pub(super) fn packets() -> (Packet, Packet) {
        let (ours, theirs) = (IpAddr::from([10, 0, 0, 2]), IpAddr::from([10, 9, 8, 7]));
        let out = Packet {
            source: Some(ours),
            destination: Some(theirs),
            destination_port: Some(22),
            leaves_by: Some("eth0".to_owned()),
            ..Packet::default()
        };
        let reply = Packet {
            source: Some(theirs),
            source_port: Some(22),
            destination: Some(ours),
            comes_by: Some("eth0".to_owned()),
            ..Packet::default()
        };
        (out, reply)
    }

    #[test]
    fn we_rest_only_between_syns() {
        for (millis, expected) in
            [(300, false), (1010, false), (1100, true), (1800, false), (2100, true)]
        {
            assert_eq!(between_syns(Duration::from_millis(millis)), expected, "{millis} ms");
        }
    }

    #[test]
    fn only_what_moved_for_us_counts() {
        let stops = |counts: &[Option<u64>]| -> Vec<Stop> {
            let each = counts.iter().enumerate();
            each.map(|(i, packets)| Stop { at: format!("rule{i}"), packets: *packets }).collect()
        };
        let check =
            |at_first: &[Option<u64>], before: &[Option<u64>], after: &[Option<u64>], expected| {
                let got = moved(&stops(at_first), &stops(before), &stops(after));
                assert_eq!(got, expected, "{at_first:?} {before:?} {after:?}");
            };
        check(&[], &[], &[], Moved::Nothing);
        check(&[Some(1), None], &[Some(1), None], &[Some(1), None], Moved::Nothing);
        let second = || Moved::Stop("rule1".to_owned());
        check(&[Some(1), Some(2)], &[Some(1), Some(2)], &[Some(1), Some(4)], second());
        check(&[Some(1), Some(2)], &[Some(2), Some(2)], &[Some(3), Some(4)], second());
        check(&[Some(1)], &[Some(2)], &[Some(3)], Moved::Unclear);
        check(&[Some(1)], &[Some(1)], &[Some(1), Some(1)], Moved::Unclear);
    }
}
