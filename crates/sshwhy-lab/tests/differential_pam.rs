//! PAM's stacks, access.conf and limits.conf, judged by us and by libpam itself.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use anyhow::Result;
use sshwhy_lab::differential::pam::{Counts, Oracle, access, limits, stacks};

/// `CASES=100000 SEED=7 cargo test -p sshwhy-lab --test differential_pam -- --nocapture` runs more.
fn check(run: fn(u64, usize) -> Result<Counts>) {
    if !Oracle::is_possible() {
        eprintln!("skipped: not root, or no libpam on this machine");
        return;
    }
    let number = |name: &str, usual| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let cases = usize::try_from(number("CASES", 1_000)).expect("a number of cases");
    let counts = run(number("SEED", 1), cases).expect("libpam's answers");
    eprintln!("{counts:?}");
    assert_eq!(counts.disagree, 0, "{}", counts.examples.join("\n\n"));
    // The cases are no use if they all end alike, or if we say nothing of them.
    assert!(counts.refused * 20 > cases && counts.refused * 20 < 19 * cases);
    assert!(counts.open * 4 < cases);
}

#[test]
fn one_after_the_other() {
    // The three share a folder.
    check(stacks);
    check(access);
    check(limits);
}
