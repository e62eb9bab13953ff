//! hosts.allow and hosts.deny, judged by us and by libwrap itself.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use sshwhy_lab::differential::wrappers::{Oracle, run};

/// `CASES=100000 SEED=7 cargo test -p sshwhy-lab --test differential_wrappers -- --nocapture` runs more of them.
#[test]
fn we_say_what_libwrap_says() {
    if !Oracle::is_possible() {
        eprintln!("skipped: no libwrap on this machine");
        return;
    }
    let number = |name: &str, usual| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let cases = number("CASES", 5_000);
    let counts = run(number("SEED", 1), usize::try_from(cases).expect("a number of cases"))
        .expect("libwrap's answers");
    eprintln!("{counts:#?}");
    assert_eq!(counts.disagree, 0, "{}", counts.examples.join("\n\n"));
    // The cases are no use if they all end alike.
    assert!(counts.admitted * 5 > counts.agree && counts.refused * 5 > counts.agree);
    assert!(counts.by_a_line * 4 > counts.agree);
}
