//! Rule sets of nftables, judged by us and by the kernel.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use sshwhy_lab::differential::nft;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `CASES=2000 SEED=7 cargo test -p sshwhy-lab --test differential_nft -- --nocapture` runs more of them.
#[test]
fn we_say_what_the_kernel_does() {
    if !nft::is_possible() {
        eprintln!("skipped: not root, or no nft");
        return;
    }
    let cases = usize::try_from(number("CASES", 80)).expect("a number of cases");
    let counts = nft::run(number("SEED", 1), cases).expect("namespaces");
    eprintln!("{counts}");
    assert_eq!(counts.disagree + counts.not_loaded, 0, "{}", counts.examples.join("\n\n"));
    // The cases are no use if they all end alike.
    assert!(counts.admitted * 10 > counts.agree && counts.refused * 50 > counts.agree, "{counts}");
    assert!(counts.open * 10 < counts.agree, "{counts}");
}
