use proptest::prelude::*;

use super::*;

fn check(input: &str, expected: (Option<&str>, &str, Option<u16>)) {
    let got = parse_destination(input);
    let (user, host, port) = expected;
    let expected = Destination { user: user.map(str::to_owned), host: host.to_owned(), port };
    assert_eq!(got, Ok(expected), "input {input:?}");
}

fn check_error(input: &str, at: usize, kind: DestinationErrorKind) {
    let got = parse_destination(input).expect_err(input);
    assert_eq!((got.at, got.kind), (at, kind), "input {input:?}");
}

fn bad_host(character: char) -> DestinationErrorKind {
    DestinationErrorKind::BadCharacter { character, in_user: false }
}

fn bad_user(character: char) -> DestinationErrorKind {
    DestinationErrorKind::BadCharacter { character, in_user: true }
}

#[test]
fn hostile_input_is_refused_at_its_place() {
    check_error("", 0, DestinationErrorKind::EmptyHost);
    check_error("@", 0, DestinationErrorKind::EmptyUser);
    check_error("@h", 0, DestinationErrorKind::EmptyUser);
    check_error("u@", 2, DestinationErrorKind::EmptyHost);
    check_error(":22", 0, DestinationErrorKind::EmptyHost);
    check_error("-oProxyCommand=x", 0, DestinationErrorKind::LeadingDash);
    check_error("u@-h", 2, DestinationErrorKind::LeadingDash);
    check_error("-u@h", 0, DestinationErrorKind::LeadingDash);
    check_error("a;b", 1, bad_host(';'));
    check_error("a$(x)", 1, bad_host('$'));
    check_error("a b", 1, bad_host(' '));
    check_error("a\u{1b}[2J", 1, bad_host('\u{1b}'));
    check_error("a\0b", 1, bad_host('\0'));
    check_error("u;x@h", 1, bad_user(';'));
    check_error("u -x@h", 1, bad_user(' '));
    check_error("u\\@h", 1, bad_user('\\'));
    check_error("h/x", 1, bad_host('/'));
    check_error(&"a".repeat(3000), MAX_DESTINATION_BYTES, DestinationErrorKind::TooLong);
}

#[test]
fn ports_are_numbers_from_1_to_65535() {
    check("h:1", (None, "h", Some(1)));
    check("h:00022", (None, "h", Some(22)));
    check("h:65535", (None, "h", Some(65535)));
    for (input, at, text) in [
        ("h:", 2, ""),
        ("h:0", 2, "0"),
        ("h:65536", 2, "65536"),
        ("h:x", 2, "x"),
        ("h:+22", 2, "+22"),
        ("h:2 2", 2, "2 2"),
        ("[::1]:", 6, ""),
        ("[::1]:99999", 6, "99999"),
        ("ssh://u@h:ssh", 10, "ssh"),
    ] {
        check_error(input, at, DestinationErrorKind::BadPort(text.to_owned()));
    }
}

#[test]
fn names_and_aliases() {
    check("prod", (None, "prod", None));
    check("alice@box.example", (Some("alice"), "box.example", None));
    check("a@b@box", (Some("a@b"), "box", None));
    check("DOM\\alice@box:2222", (Some("DOM\\alice"), "box", Some(2222)));
    check("host_with_underscore", (None, "host_with_underscore", None));
    check("bücher.example", (None, "bücher.example", None));
    check("user%h@box", (Some("user%h"), "box", None));
}

#[test]
fn addresses() {
    check("192.0.2.7:22", (None, "192.0.2.7", Some(22)));
    check("::1", (None, "::1", None));
    check("u@fe80::1%eth0", (Some("u"), "fe80::1%eth0", None));
    check("[::1]", (None, "::1", None));
    check("u@[fe80::1%eth0]:2200", (Some("u"), "fe80::1%eth0", Some(2200)));
    check("[name]:22", (None, "name", Some(22)));
    check_error("a:b:c", 0, DestinationErrorKind::BadIpv6("a:b:c".to_owned()));
    check_error("[::g]:22", 1, DestinationErrorKind::BadIpv6("::g".to_owned()));
    check_error("fe80::1%", 0, DestinationErrorKind::BadIpv6("fe80::1%".to_owned()));
    check_error("[::1", 0, DestinationErrorKind::UnbalancedBracket);
    check_error("[::1]x", 5, DestinationErrorKind::UnbalancedBracket);
    check_error("[]", 0, DestinationErrorKind::EmptyHost);
    check_error("::1]", 0, DestinationErrorKind::BadIpv6("::1]".to_owned()));
}

#[test]
fn uris() {
    check("ssh://box", (None, "box", None));
    check("SSH://alice@box:2222/", (Some("alice"), "box", Some(2222)));
    check("ssh://[::1]:22", (None, "::1", Some(22)));
    check("ssh://a%40corp@box", (Some("a@corp"), "box", None));
    check("ssh://a;fingerprint=ssh-ed25519-AA@box", (Some("a"), "box", None));
    check_error("ssh://", 6, DestinationErrorKind::EmptyHost);
    check_error("ssh://a:secret@box", 7, DestinationErrorKind::Password);
    check_error("ssh://box/tmp", 9, DestinationErrorKind::Path);
    check_error("ssh://a%4@box", 6, DestinationErrorKind::BadPercent);
    check_error("ssh://a%00@box", 7, bad_user('\0'));
    check_error("http://box", 5, DestinationErrorKind::BadPort("//box".to_owned()));
}

#[test]
fn jump_chains() {
    assert_eq!(parse_jump_chain("none"), Ok(Vec::new()));
    assert_eq!(parse_jump_chain(""), Ok(Vec::new()));
    let hops = parse_jump_chain("u@[fe80::1%lo]:2200,b,ssh://x@y:33").expect("a chain of three");
    let shown: Vec<String> = hops.iter().map(Destination::to_string).collect();
    assert_eq!(shown, ["u@[fe80::1%lo]:2200", "b", "x@y:33"]);
    let error = parse_jump_chain("a,b:x").expect_err("a bad port");
    assert_eq!((error.at, error.kind), (4, DestinationErrorKind::BadPort("x".to_owned())));
}

#[test]
fn messages_say_the_place_and_cannot_move_the_cursor() {
    let error = parse_destination("h\u{1b}[2J").expect_err("an escape sequence");
    let message = error.to_string();
    assert_eq!(
        message,
        "failed to read target `h\\u{1b}[2J`: ssh allows no `\\u{1b}` in a host name (at byte 2)"
    );
}

proptest! {
    #[test]
    fn never_panics(input in ".{0,64}") {
        let _ = parse_destination(&input);
        let _ = parse_jump_chain(&input);
    }

    #[test]
    fn what_is_printed_reads_back(input in "([a-z@]{1,5}@)?(\\[::1\\]|::1|[a-z.]{1,8})(:[0-9]{1,6})?") {
        if let Ok(destination) = parse_destination(&input) {
            prop_assert_eq!(parse_destination(&destination.to_string()), Ok(destination));
        }
    }

    #[test]
    fn an_error_lies_inside_the_input(input in "[a-z@:/\\[\\]% ;-]{0,24}") {
        if let Err(error) = parse_destination(&input) {
            prop_assert!(error.at <= input.len());
        }
    }
}
