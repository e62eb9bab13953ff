//! sshd's configuration and limits, judged by us and by sshd itself.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use sshwhy_lab::differential::{sshd_config, startups};
use sshwhy_lab::root::Root;

fn is_root() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !root {
        eprintln!("skipped: not root");
    }
    root
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `CASES=2500 SEED=7 cargo test -p sshwhy-lab --test differential_sshd_config -- --nocapture` runs
/// more of them.
fn same_as_sshd(root: Root) {
    if !is_root() {
        return;
    }
    let cases = usize::try_from(number("CASES", 200)).expect("a number of cases");
    let counts =
        sshd_config::run(root, cases, u64::from(number("SEED", 1))).expect("sshd's answers");
    eprintln!("{root:?}: {counts:#?}");
    assert_eq!(counts.disagree, 0, "{}", counts.examples.join("\n=====\n"));
    // The cases are no use if they all end alike.
    assert!(counts.valid * 2 > counts.agree && counts.invalid * 20 > counts.agree);
    assert!(counts.by_a_line * 40 > counts.agree);
}

#[test]
fn we_read_what_sshd_of_this_machine_reads() {
    same_as_sshd(Root::Machine);
}

#[test]
fn we_read_what_sshd_10_reads() {
    same_as_sshd(Root::Trixie);
}

fn drops_as_often(root: Root) {
    if !is_root() {
        return;
    }
    let tries = number("TRIES", 120);
    let seen = startups::run(root, "3:40:10", &[0, 2, 3, 6, 9, 10], tries).expect("a real sshd");
    for seen in seen {
        eprintln!("{root:?}: {seen:?}, {:.1} sigma", seen.deviation());
        assert!(seen.deviation() < 4.5, "{seen:?}");
        assert_eq!(seen.said, Some(seen.held), "{seen:?}");
    }
}

#[test]
fn sshd_of_this_machine_drops_as_often_as_we_say() {
    drops_as_often(Root::Machine);
}

#[test]
fn sshd_10_drops_as_often_as_we_say() {
    drops_as_often(Root::Trixie);
}
