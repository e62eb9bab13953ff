//! Rule sets of iptables and ip6tables, judged by us and by the kernel.
#![allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]

use sshwhy_lab::differential::iptables::{TOOLS, run};

mod support;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `CASES=2000 SEED=7 cargo test -p sshwhy-lab --test differential_iptables -- --nocapture` runs more of them.
#[test]
fn we_say_what_the_kernel_does() {
    if !support::ready() {
        return;
    }
    let cases = usize::try_from(number("CASES", 60)).expect("a number of cases");
    for tool in TOOLS {
        let counts = run(tool, number("SEED", 1), cases.div_ceil(TOOLS.len())).expect("namespaces");
        eprintln!("{}: {counts}", tool.name);
        assert_eq!(counts.disagree + counts.not_loaded, 0, "{}", counts.examples.join("\n\n"));
        // The cases are no use if they all end alike.
        assert!(
            counts.admitted * 10 > counts.agree && counts.refused * 50 > counts.agree,
            "{counts}"
        );
        assert!(counts.open * 5 < counts.agree, "{counts}");
    }
}
