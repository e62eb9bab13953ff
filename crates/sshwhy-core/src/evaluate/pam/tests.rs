//! Stacks as distributions ship them, and their corners.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Answered;
use super::Outcome;
use super::Stack;
use super::judge;
use crate::parse::pam::Kind;

const DEBIAN: &str = "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n\
                      account requisite pam_deny.so\naccount required pam_permit.so\n";

fn stack(main: &str, other: &str) -> Stack {
    let files = BTreeMap::from([
        ("/etc/pam.d/sshd".to_owned(), main.to_owned()),
        ("/etc/pam.d/other".to_owned(), other.to_owned()),
    ]);
    Stack::assemble(&["/etc/pam.d/sshd"], Kind::Account, &files)
}

/// `y` is success, `n` a refusal, `-` ignore, `?` not known.
fn answers(letters: &str) -> Vec<Answered> {
    let answer = |letter| match letter {
        'y' => Answered::Result("success", String::new()),
        'n' => Answered::Result("perm_denied", String::new()),
        '-' => Answered::Result("ignore", String::new()),
        _ => Answered::Unknown(String::new()),
    };
    letters.chars().map(answer).collect()
}

fn check(main: &str, other: &str, letters: &str, expected: Outcome) {
    let stack = stack(main, other);
    assert_eq!(stack.rules.len(), letters.len(), "{main}");
    assert_eq!(judge(&stack, &answers(letters)), expected, "{main} {other} {letters}");
}

#[test]
fn stacks_that_nobody_can_read() {
    let empty = Stack::assemble(&["/etc/pam.d/sshd"], Kind::Account, &BTreeMap::new());
    assert_eq!((empty.rules.len(), empty.unread.len()), (0, 1));
    check("", "", "", Outcome::NobodyAdmits);
    check("nonsense", "", "", Outcome::NobodyAdmits);
    check("account nonsense", "", "y", Outcome::Deny(0));
    check("auth required pam_deny.so", "", "", Outcome::NobodyAdmits);
    // A file that includes itself ends.
    let own = stack("account required pam_permit.so\n@include sshd", "");
    assert_eq!((own.rules.len(), own.unread.len()), (32, 1));
    for text in [
        "@include sshd\n@include sshd\naccount required pam_permit.so",
        "@include sshd\n@include sshd",
    ] {
        assert!(stack(text, "").rules.len() <= super::MOST_MODULES);
    }
}

#[test]
fn a_service_without_rules_is_the_other_one() {
    let text = |text: &str| text.to_owned();
    let files = BTreeMap::from([
        (text("sshd"), text("auth required pam_deny.so")),
        (text("other"), text("account required pam_permit.so")),
    ]);
    let lines = |kind| {
        let stack = Stack::assemble(&["sshd", "other"], kind, &files);
        stack.rules.iter().map(|rule| rule.place.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(lines(Kind::Account), ["other:1"]);
    assert_eq!(lines(Kind::Auth), ["sshd:1"]);
}

#[test]
fn the_stack_of_debian() {
    let main = "account required pam_nologin.so\n@include other";
    check(main, DEBIAN, "yyny", Outcome::Admit);
    check(main, DEBIAN, "ynny", Outcome::Deny(2));
    check(main, DEBIAN, "nyny", Outcome::Deny(0));
    check(main, DEBIAN, "?yny", Outcome::Depends(vec![0]));
}

#[test]
fn controls_in_a_walk() {
    let two = |first: &str| format!("account {first} pam_a.so\naccount required pam_b.so");
    check(&two("required"), "", "ny", Outcome::Deny(0));
    check(&two("required"), "", "-y", Outcome::Admit);
    check(&two("sufficient"), "", "yn", Outcome::Admit);
    check(&two("sufficient"), "", "ny", Outcome::Admit);
    check(&two("sufficient"), "", "?n", Outcome::Depends(vec![0]));
    check(&two("sufficient"), "", "?y", Outcome::Admit);
    check(&two("optional"), "", "?y", Outcome::Admit);
    check(&two("optional"), "", "?n", Outcome::Deny(1));
    check(&two("[default=reset]"), "", "nn", Outcome::Deny(1));
    check("account optional pam_a.so", "", "n", Outcome::NobodyAdmits);
    check(&two("[success=2]"), "", "yy", Outcome::Deny(0));
    check(&two("[success=1 default=ignore]"), "", "yy", Outcome::NobodyAdmits);
}

#[test]
fn a_substack_ends_alone() {
    let main = "account substack other\naccount required pam_c.so";
    let other = "account sufficient pam_a.so\naccount required pam_b.so";
    check(main, other, "-yny", Outcome::Admit);
    check(main, other, "-ynn", Outcome::Deny(3));
    let jumps = "account [success=1 default=ignore] pam_j.so\naccount substack other\n\
                 account required pam_c.so";
    check(jumps, other, "y-nny", Outcome::Admit);
    // One without modules counts as well.
    check(jumps, "", "y-y", Outcome::Admit);
}

proptest! {
    #[test]
    fn no_stack_panics(main in "(account |required |\\[success=[0-9]\\] |pam_a.so|\n|@include other){0,20}",
        other in "(account |substack |sshd|done|\n){0,10}", letters in "[yn?-]{0,20}") {
        let _ = judge(&stack(&main, &other), &answers(&letters));
    }
}
