//! Lines of authorized keys, hostile ones first.

use proptest::prelude::*;

use super::Entry;
use super::Expiry;
use super::Options;
use super::entries;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

fn only(text: &str) -> Entry {
    let mut all = entries(text);
    assert_eq!(all.len(), 1, "{text:?}");
    all.remove(0)
}

#[test]
fn lines_without_a_key() {
    for text in ["", "\n \t\n", "# ssh-ed25519 AAAA", "   #x"] {
        assert_eq!(entries(text), [], "{text:?}");
    }
    for text in [
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
        "command=\"x",
        "\u{0}\u{1}",
        "\"",
    ] {
        assert_eq!(only(text).kind, None, "{text:?}");
    }
}

#[test]
fn options_that_sshd_refuses() {
    let check = |options: &str, expected: &str| {
        let entry = only(&format!("{options} {KEY}"));
        assert_eq!(entry.options, Err(expected), "{options:?}");
    };
    check("nonsense", "unknown key option");
    check("restrictx", "unknown key option");
    check("no-restrict", "unknown key option");
    check("restrict,", "unexpected end-of-options");
    check("from=192.0.2.1", "missing start quote");
    check("from=\"a\"b", "unknown key option");
    check("from=\"a\",from=\"b\"", "multiple \"from\" clauses");
    check("expiry-time=\"tomorrow\"", "invalid expires time");
    check("expiry-time=\"20261301\"", "invalid expires time");
    assert_eq!(only(&format!("from=\"a {KEY}")).options, Err("a quotation mark is not closed"));
}

#[test]
fn options_that_count() {
    let check = |options: &str, expected: Options| {
        let entry = only(&format!("{options}\t{KEY} comment with words"));
        assert_eq!(entry.options, Ok(expected), "{options:?}");
        assert_eq!(entry.kind.as_deref(), Some("ssh-ed25519"));
    };
    let none = Options::default;
    check("", none());
    check("no-pty,No-X11-Forwarding,environment=\"A=b c\"", none());
    check("restrict,pty", Options { restrict: true, ..none() });
    check("from=\"10.0.0.0/8,!10.1.1.1\"", {
        Options { from: Some("10.0.0.0/8,!10.1.1.1".to_owned()), ..none() }
    });
    check(r#"command="echo \"a b\" \\ x",cert-authority,principals="x""#, {
        let command = Some(r#"echo "a b" \\ x"#.to_owned());
        Options { command, authority: true, principals: true, ..none() }
    });
    check("expiry-time=\"20300101Z\",expiry-time=\"202901010203\"", {
        let expiry = Some(Expiry { seconds: 1_861_927_380, is_utc: false });
        Options { expiry, ..none() }
    });
}

#[test]
fn the_line_and_the_fingerprint() {
    let all = entries(&format!("# mine\n\n{KEY}\r\n"));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].line, 3);
    assert!(all[0].fingerprint.as_deref().is_some_and(|f| f.starts_with("SHA256:")));
}

proptest! {
    #[test]
    fn no_text_panics(text in "(from=|command=|expiry-time=|restrict|,|\"|\\\\|\\PC|\n){0,30}") {
        let _ = entries(&text);
    }
}
