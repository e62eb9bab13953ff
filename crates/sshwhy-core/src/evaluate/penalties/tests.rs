use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Event;
use super::Offence;
use super::Policy;
use super::Standing;
use crate::evaluate::sshd::Config;
use crate::evaluate::sshd::Connection;
use crate::evaluate::sshd::Files;
use crate::evaluate::sshd::Start;
use crate::parse::openssh_version::Version;

struct One(String);

impl Files for One {
    fn expand(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn policy(text: &str, version: Version) -> Option<Policy> {
    let start = Start { version, ..Start::default() };
    let config = Config::load_for("c", &One(text.to_owned()), start);
    assert!(config.problems().is_empty(), "{:?}", config.problems());
    Policy::of(&config.effective(&Connection::default()), version)
}

fn event(at: f64, source: &str, offence: Offence) -> Event {
    Event { at, source: source.parse().unwrap(), offence }
}

const NEW: Version = Version::new(10, 0);

#[test]
fn when_nothing_is_penalised() {
    assert_eq!(policy("", Version::new(9, 7)), None);
    assert_eq!(policy("PerSourcePenalties no", NEW), None);
    assert!(policy("PerSourcePenalties no\nPerSourcePenalties authfail:1m", NEW).is_some());
    assert!(policy("", NEW).is_some());
}

#[test]
fn what_each_offence_costs() {
    let check = |version, expected: &[(Offence, Option<f64>)]| {
        let policy = policy("", version).unwrap();
        for (offence, seconds) in expected {
            assert_eq!(policy.seconds(*offence), *seconds, "{offence:?} {version}");
        }
    };
    check(
        Version::new(9, 8),
        &[(Offence::GraceExceeded, Some(20.0)), (Offence::RefuseConnection, None)],
    );
    check(
        NEW,
        &[
            (Offence::Crash, Some(90.0)),
            (Offence::AuthFail, Some(5.0)),
            (Offence::NoAuth, Some(1.0)),
            (Offence::GraceExceeded, Some(10.0)),
            (Offence::RefuseConnection, Some(10.0)),
            (Offence::InvalidUser, Some(5.0)),
        ],
    );
}

/// Offences of one kind from 10.0.0.2, one each second from 0 on, and how it stands at a time.
fn check(text: &str, offence: Offence, times: u32, at: f64, expected: Standing) {
    let policy = policy(text, NEW).unwrap();
    let events: Vec<Event> = (0..times).map(|n| event(f64::from(n), "10.0.0.2", offence)).collect();
    let source: IpAddr = "10.0.0.2".parse().unwrap();
    assert_eq!(policy.replay(&events, source, at), expected, "{text} {offence:?} {times} {at}");
}

#[test]
fn penalties_add_up() {
    let penalised = |until, offence| Standing::Penalised { until, offence };
    check("", Offence::AuthFail, 0, 0.0, Standing::Free);
    check("", Offence::AuthFail, 3, 2.0, Standing::Deferred { until: 15.0 });
    // 20 seconds less the three that passed.
    check("", Offence::AuthFail, 4, 3.0, penalised(20.0, Offence::AuthFail));
    check("", Offence::AuthFail, 4, 20.0, penalised(20.0, Offence::AuthFail));
    check("", Offence::AuthFail, 4, 20.5, Standing::Free);
    check("", Offence::Crash, 1, 5.0, penalised(90.0, Offence::Crash));
    check(
        "PerSourcePenalties max:30",
        Offence::AuthFail,
        20,
        19.0,
        penalised(49.0, Offence::AuthFail),
    );
    check("PerSourcePenalties min:5", Offence::AuthFail, 1, 0.0, Standing::Deferred { until: 5.0 });
    check("PerSourcePenalties min:4", Offence::AuthFail, 1, 0.0, penalised(5.0, Offence::AuthFail));
    check("PerSourcePenaltyExemptList 10.0.0.0/8", Offence::Crash, 9, 9.0, Standing::Free);
}

#[test]
fn three_failures_that_are_exactly_the_minimum_do_not_count() {
    let policy = policy("", NEW).unwrap();
    let events: Vec<Event> = (0..3).map(|_| event(7.0, "10.0.0.2", Offence::AuthFail)).collect();
    let standing = policy.replay(&events, "10.0.0.2".parse().unwrap(), 7.0);
    assert_eq!(standing, Standing::Deferred { until: 22.0 });
}

#[test]
fn a_block_stands_together_and_a_full_table_refuses() {
    let events: BTreeMap<&str, Vec<Event>> = BTreeMap::from([
        ("other", vec![event(0.0, "10.0.0.3", Offence::Crash)]),
        ("v6", vec![event(0.0, "fd00::1", Offence::Crash)]),
    ]);
    let check = |text: &str, events: &[Event], source: &str, expected: Standing| {
        let policy = policy(text, NEW).unwrap();
        assert_eq!(
            policy.replay(events, source.parse().unwrap(), 1.0),
            expected,
            "{text} {source}"
        );
    };
    let crashed = Standing::Penalised { until: 90.0, offence: Offence::Crash };
    check("", &events["other"], "10.0.0.2", Standing::Free);
    check("PerSourceNetBlockSize 24:64", &events["other"], "10.0.0.2", crashed);
    // The bug of releases before 10.3: one number makes one source of all IPv6 clients.
    check("PerSourceNetBlockSize 24", &events["v6"], "2001:db8::1", crashed);
    let full = "PerSourcePenalties max-sources4:1 overflow:deny-all";
    check(full, &events["other"], "10.0.0.2", Standing::TableFull);
    check(full, &events["v6"], "10.0.0.2", Standing::Free);
    check(full, &events["other"], "fd00::1", Standing::Free);
    let small = "PerSourcePenalties max-sources4:0";
    check(small, &events["other"], "10.0.0.3", Standing::Free);
}
