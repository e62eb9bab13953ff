//! `sshd_config` as we read it against `sshd -T -C`, on random configurations.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use sshwhy_lab::differential::sshd_config;
use sshwhy_lab::root::Root;

/// How many configurations: `DIFFERENTIAL_CASES`, or a few for every run.
fn count() -> usize {
    std::env::var("DIFFERENTIAL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

fn seed() -> u64 {
    std::env::var("DIFFERENTIAL_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

fn check(root: Root) {
    let is_root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !is_root {
        eprintln!("skipped: not root");
        return;
    }
    let counts = sshd_config::run(root, count(), seed()).expect("a host");
    eprintln!(
        "{root:?}: {} agree, {} disagree, {} values, {:?}",
        counts.agree, counts.disagree, counts.values, counts.sorts
    );
    assert!(counts.agree > 0);
    assert!(counts.disagree == 0, "{}", counts.examples.join("\n=====\n"));
}

#[test]
fn openssh_of_this_machine() {
    check(Root::Machine);
}

#[test]
fn openssh_10() {
    check(Root::Trixie);
}
