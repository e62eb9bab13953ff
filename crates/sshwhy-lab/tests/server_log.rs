//! Real sshds with one fault each, and what is made of their logs.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sshwhy_core::evaluate::server_log::{Log, Text, Verdict, View, judge};
use sshwhy_core::model::flow::Flow;
use sshwhy_core::model::question::ServerLog;
use sshwhy_core::parse::log_line::Clock;
use sshwhy_lab::install;
use sshwhy_lab::network::Network;
use sshwhy_lab::run::{User, bring_up, user_command};
use sshwhy_lab::{scenario, tool};

/// How long a client tries, seconds: TCP wrappers wait five.
const LIMIT: u32 = 8;

/// How long the log may take to be written.
const WRITTEN: Duration = Duration::from_secs(3);

/// Whether the lab can run. Root without the packages is a failure.
fn ready() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !root {
        eprintln!("skipped: not root");
        return false;
    }
    assert_eq!(install::missing(), Vec::<&str>::new(), "packages of the lab are missing");
    tool::start_from(env!("CARGO_BIN_EXE_sshwhy-lab"));
    true
}

/// What is made of the log of a scenario's server after a client has tried.
fn said(slug: &str) -> (Option<ServerLog>, String) {
    let scenario = scenario::find(slug).expect("a scenario");
    let network = bring_up(scenario).expect("the scenario");
    let mut words: Vec<String> = ["ssh", "-o", "BatchMode=yes"].map(str::to_owned).to_vec();
    words.extend(scenario.plain_args.iter().map(|word| (*word).to_owned()));
    let ran = user_command(&network.client, User::Alice, LIMIT, &words).output();
    ran.expect("a client that tries");
    let begun = Instant::now();
    loop {
        let (log, now) = read(&network);
        let view = View {
            is_excerpt: false,
            now,
            user: user_of(scenario.plain_args),
            startups_begin: begin(&network),
            listens: Some(true),
        };
        let Verdict { answer, shown_by } = judge(&log, &flow(), &view);
        // syslog is written a moment after the client has gone.
        if answer != Some(ServerLog::Nothing) || begun.elapsed() > WRITTEN {
            let shown_by = shown_by.map_or(String::new(), |event| event.text.clone());
            return (answer, shown_by);
        }
        std::thread::yield_now();
    }
}

/// The user that a client logs in as.
fn user_of(words: &'static [&'static str]) -> Option<&'static str> {
    let named = words.iter().find_map(|word| word.split_once('@')).map(|(user, _)| user);
    named.or(Some("alice"))
}

fn read(network: &Network) -> (Log, i64) {
    let bytes = network.server.read("/var/log/auth.log").expect("a log");
    let offset = network.server.sh("date +%z").expect("the zone");
    assert_eq!(offset.trim(), "+0000", "a lab host is in UTC");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_micros() as i64;
    let clock = Clock { now, offset: 0, booted: None };
    let file = "/var/log/auth.log";
    let text = Text { file, lines_before: 0, bytes: bytes.as_bytes(), written: None };
    (Log::read(&[text], &clock, now - 3_600_000_000), now)
}

fn flow() -> Flow {
    Flow {
        source: "10.77.1.2".parse().expect("an address"),
        source_port: None,
        destination: "10.77.2.2".parse().expect("an address"),
        port: 22,
        interface: None,
    }
}

/// Where MaxStartups begins on that server.
fn begin(network: &Network) -> Option<u32> {
    let title = network.server.sh("ps -o args= -C sshd | grep listener").ok()?;
    title.split_once(" of ")?.1.split_once('-')?.0.parse().ok()
}

/// Checks each scenario: its name, the answer, and words of the line that shows it.
fn check(expected: &[(&str, Option<ServerLog>, &str)]) {
    let mut wrong = Vec::new();
    for (slug, answer, words) in expected {
        let (said, shown_by) = said(slug);
        eprintln!("{slug}: {said:?} by {shown_by}");
        if said != *answer || !shown_by.contains(words) {
            wrong.push(format!("{slug}: {said:?} by {shown_by:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The real lines of OpenSSH 9.2 and 10.0.
#[test]
fn each_fault_is_named_by_its_line() {
    if !ready() {
        return;
    }
    check(&[
        ("plain-host", Some(ServerLog::Nothing), "Accepted publickey for alice from 10.77.1.2"),
        ("wrappers-deny", Some(ServerLog::RefusedConnect), "refused connect from 10.77.1.2"),
        ("user-denied", Some(ServerLog::UserNotAllowed), "listed in DenyUsers"),
        ("user-missing", Some(ServerLog::InvalidUser), "Invalid user"),
        ("account-expired", Some(ServerLog::Expired), "has expired"),
        ("access-denied-by-pam", Some(ServerLog::Pam), "by PAM account configuration"),
        ("shell-missing", Some(ServerLog::Shell), "does not exist"),
        ("home-writable", Some(ServerLog::BadModes), "bad ownership or modes"),
        ("kex-no-match", Some(ServerLog::Negotiation), "no matching key exchange method"),
        ("too-many-keys", Some(ServerLog::TooManyFailures), "Too many authentication failures"),
        ("chroot-writable", Some(ServerLog::Chroot), "chroot directory"),
        ("sessions-none", Some(ServerLog::MaxSessions), "no more sessions"),
    ]);
}

#[test]
fn each_limit_is_named_by_its_line() {
    if !ready() {
        return;
    }
    check(&[
        ("plain-new-host", Some(ServerLog::Nothing), "Accepted publickey for alice"),
        ("penalty", Some(ServerLog::Penalty), "penalty: failed authentication"),
        ("per-source-limit", Some(ServerLog::SourceLimit), "axStartups"),
        ("maxstartups-hard", Some(ServerLog::MaxStartups), "axStartups"),
        ("maxstartups-new-server", Some(ServerLog::MaxStartups), "axstartups"),
        ("privsep-dir-removed", Some(ServerLog::PrivsepDir), "/run/sshd"),
        ("connection-refused-by-match", Some(ServerLog::Prohibited), "administratively prohibited"),
        ("logins-limited", None, "pam_open_session(): Permission denied"),
    ]);
}
