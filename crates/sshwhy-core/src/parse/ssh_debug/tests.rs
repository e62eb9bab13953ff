use proptest::prelude::*;

use super::*;

/// A recorded log, what became of the attempt to reach the target, and of the jump host's if there was one.
macro_rules! recorded {
    ($name:literal) => {
        (concat!($name, ".txt"), include_bytes!(concat!("tests/", $name, ".txt")).as_slice())
    };
}

fn check(recorded: (&str, &[u8]), furthest: Milestone, ending: Ending) -> Dialogue {
    let (name, log) = recorded;
    let dialogue = parse_ssh_debug(log);
    assert_eq!(dialogue.furthest(), Some(furthest), "{name}");
    assert_eq!(dialogue.ending(), ending, "{name}");
    let ordered = dialogue.events.is_sorted_by_key(|event| event.line);
    assert!(ordered && dialogue.omitted == 0, "{name}");
    dialogue
}

fn has(dialogue: &Dialogue, event: &Event) -> bool {
    dialogue.events.iter().any(|logged| logged.event == *event)
}

fn closed_pipe() -> Ending {
    Ending::Broken(End::Closed(Some(Peer { host: "UNKNOWN".into(), port: Some(65535) })))
}

#[test]
fn a_login_that_works() {
    for recorded in [recorded!("ok_9_2"), recorded!("ok_10_0")] {
        let dialogue = check(recorded, Milestone::Finished, Ending::Exited(0));
        let target = dialogue.target().expect("one client");
        assert_eq!(target.host.as_deref(), Some("127.0.0.1"));
        assert_eq!(target.address.as_deref(), Some("127.0.0.1"));
        assert_eq!((target.port, target.user.as_deref()), (Some(2201), Some("root")));
        assert_eq!(target.server.as_deref(), Some("OpenSSH_9.2p1 Debian-2+deb12u10"));
        assert_eq!(target.methods, ["publickey", "keyboard-interactive"]);
        assert_eq!(target.keys_offered, 1);
        assert_eq!(target.peer.host_key, ["ssh-ed25519"]);
        assert!(target.local.kex.contains(&"kex-strict-c-v00@openssh.com".to_owned()));
        assert_eq!(dialogue.attempts.len(), 1);
        assert!(has(&dialogue, &Event::Packet { received: true, number: 52 }));
        assert!(has(&dialogue, &Event::Request { request: SessionRequest::Exec, accepted: true }));
    }
    let newer = parse_ssh_debug(recorded!("ok_10_0").1);
    assert!(has(&newer, &Event::TypeOfService(0xb8)));
    let lines: Vec<u32> =
        newer.events.iter().filter(|e| e.event == Event::Established).map(|e| e.line).collect();
    assert_eq!(lines, [9]);
}

#[test]
fn before_the_server_speaks() {
    let dialogue = check(
        recorded!("reset_before_ident_9_2"),
        Milestone::Connected,
        Ending::Broken(End::Reset(Some(Peer { host: "UNKNOWN".into(), port: None }))),
    );
    assert!(!dialogue.target().expect("one client").proxied, "a socket that is gone is no pipe");
    let dialogue = parse_ssh_debug(recorded!("max_startups_10_0").1);
    assert!(has(&dialogue, &Event::TextBeforeIdent("Exceeded MaxStartups".into())));
    assert_eq!(dialogue.furthest(), Some(Milestone::IdentSent));
}

#[test]
fn key_exchange() {
    let dialogue = check(
        recorded!("no_common_cipher_9_2"),
        Milestone::KexInitReceived,
        Ending::NoCommonAlgorithm(AlgorithmKind::Cipher),
    );
    let target = dialogue.target().expect("one client");
    assert_eq!(target.peer.cipher_to_server, ["aes128-cbc"]);
    let dialogue = check(recorded!("stalled_9_2"), Milestone::KexRequested, Ending::Unfinished);
    assert_eq!(dialogue.target().map(|a| a.furthest_line), Some(53));
    check(
        recorded!("disconnected_10_0"),
        Milestone::KexInitSent,
        Ending::Broken(End::DisconnectReceived {
            code: 12,
            text: "Too many users signed in".into(),
        }),
    );
}

#[test]
fn host_keys() {
    let dialogue =
        check(recorded!("host_key_changed_9_2"), Milestone::HostKeyShown, Ending::HostKeyRefused);
    assert!(has(&dialogue, &Event::HostKey(HostKey::Changed)));
    let offending = HostKey::Offending { file: "/home/alice/.ssh/kh".into(), line: 1 };
    assert!(has(&dialogue, &Event::HostKey(offending)));
    let dialogue =
        check(recorded!("known_without_port_10_0"), Milestone::Finished, Ending::Exited(0));
    assert!(has(&dialogue, &Event::HostKey(HostKey::Found(String::new()))));
}

#[test]
fn authentication() {
    let dialogue = check(
        recorded!("too_many_keys_9_2"),
        Milestone::Signed,
        Ending::Broken(End::DisconnectReceived {
            code: 2,
            text: "Too many authentication failures".into(),
        }),
    );
    assert_eq!(dialogue.target().map(|attempt| attempt.keys_offered), Some(3));
    let dialogue = check(recorded!("key_too_open_9_2"), Milestone::Signed, Ending::AuthRefused);
    let path = Some("/home/alice/.ssh/ukopen".to_owned());
    assert!(has(
        &dialogue,
        &Event::Key(Key::File { path, trouble: KeyFileTrouble::BadPermissions })
    ));
    let dialogue = check(recorded!("agent_locked_10_0"), Milestone::Signed, Ending::AuthRefused);
    let refused = "for ED25519 \"alice@laptop\" from agent: agent refused operation";
    assert!(has(&dialogue, &Event::Key(Key::SignFailed(refused.into()))));
    let dialogue = check(recorded!("auth_banner_9_2"), Milestone::Finished, Ending::Exited(0));
    assert!(has(&dialogue, &Event::AuthBanner("Debian GNU/Linux 12".into())));
}

#[test]
fn sessions() {
    check(recorded!("channel_refused_9_2"), Milestone::SessionRequested, Ending::ChannelRefused);
    check(
        recorded!("reset_in_session_9_2"),
        Milestone::Running,
        Ending::Broken(End::WriteFailed(SystemError::BrokenPipe)),
    );
    check(
        recorded!("reset_in_session_10_0"),
        Milestone::Running,
        Ending::Broken(End::ReadFailed(SystemError::Reset)),
    );
    check(recorded!("not_responding_9_2"), Milestone::Running, Ending::Broken(End::NotResponding));
    let dialogue = check(recorded!("forced_command_9_2"), Milestone::Finished, Ending::Exited(127));
    let said = "bash: line 1: /nonexistent: No such file or directory";
    assert!(has(&dialogue, &Event::Output(said.into())));
    let dialogue = check(recorded!("master_full_9_2"), Milestone::Finished, Ending::Exited(0));
    let refused = Sharing::SessionRefused("Session open refused by peer".into());
    assert!(has(&dialogue, &Event::Sharing(refused)));
}

#[test]
fn proxies_and_jump_hosts() {
    let dialogue = check(recorded!("proxy_missing_9_2"), Milestone::IdentSent, closed_pipe());
    let said = "/bin/bash: line 1: /nonexistent/x: No such file or directory";
    assert!(has(&dialogue, &Event::ProxyText(said.into())));

    let dialogue = check(recorded!("jump_refused_9_2"), Milestone::IdentSent, closed_pipe());
    let jumps = dialogue.jumps();
    assert_eq!(jumps.len(), 1);
    assert_eq!(jumps[0].ending, Ending::NotConnected(SystemError::Refused));

    let dialogue =
        check(recorded!("jump_target_refused_10_0"), Milestone::IdentSent, closed_pipe());
    let target = dialogue.target().expect("the client that was started");
    assert_eq!((target.host.as_deref(), target.port), (Some("127.0.0.1"), Some(1)));
    let jumps = dialogue.jumps();
    assert_eq!(jumps[0].furthest, Milestone::SessionRequested);
    assert_eq!(jumps[0].ending, Ending::StdioForwardFailed);
    let reason =
        Event::ChannelFailed { reason: "connect failed".into(), text: "Connection refused".into() };
    let failed = dialogue
        .events
        .iter()
        .find(|logged| logged.event == reason)
        .expect("the jump host's answer");
    assert_eq!(failed.attempt, 1);

    let dialogue = check(recorded!("jump_ok_9_2"), Milestone::Finished, Ending::Exited(0));
    assert_eq!(dialogue.target().and_then(|a| a.user.as_deref()), Some("root"));
    assert_eq!(dialogue.jumps()[0].user.as_deref(), Some("nobody"));
    assert!(dialogue.jumps()[0].forwards);
}

#[test]
fn two_runs_in_one_log_are_two_attempts() {
    let mut log = recorded!("stalled_9_2").1.to_vec();
    log.extend_from_slice(recorded!("ok_9_2").1);
    let dialogue = parse_ssh_debug(&log);
    assert_eq!(dialogue.attempts.len(), 2);
    assert_eq!(dialogue.ending(), Ending::Exited(0));
    assert!(dialogue.jumps().is_empty());
}

#[test]
fn what_is_around_a_paste_changes_nothing() {
    let original = parse_ssh_debug(recorded!("host_key_changed_9_2").1);
    let text = String::from_utf8_lossy(recorded!("host_key_changed_9_2").1).replace('\r', "");
    let prefixed =
        |prefix: &str| text.lines().map(|line| format!("{prefix}{line}\n")).collect::<String>();
    for log in [
        text.clone(),
        prefixed("> "),
        prefixed("    "),
        prefixed("2026-05-01T12:00:01.123456 "),
        prefixed("[12:00:01] "),
        prefixed("\u{1b}[33m"),
        prefixed("May  1 12:00:01 laptop ssh[771]: "),
    ] {
        let dialogue = parse_ssh_debug(log.as_bytes());
        assert!(dialogue.events == original.events, "log {log:.60}");
        assert_eq!(dialogue.ending(), Ending::HostKeyRefused);
    }
}

#[test]
fn a_log_quoted_as_one_string_is_read() {
    let original = parse_ssh_debug(recorded!("too_many_keys_9_2").1);
    let text = String::from_utf8_lossy(recorded!("too_many_keys_9_2").1).replace("\r\n", "\\r\\n");
    let quoted =
        format!("fatal: [box]: UNREACHABLE! => {{\"msg\": \"{text}\", \"unreachable\": true}}\n");
    let dialogue = parse_ssh_debug(quoted.as_bytes());
    assert_eq!(dialogue.ending(), original.ending());
    assert_eq!(dialogue.furthest(), original.furthest());
    assert!(dialogue.events.iter().all(|event| event.line == 1));
}

#[test]
fn the_remote_cannot_speak_for_ssh() {
    let mut log = recorded!("ok_9_2").1.to_vec();
    let end = log.windows(11).position(|w| w == b"Transferred").expect("the last lines");
    let forged = b"Connection closed by 192.0.2.9 port 22\ndebug text\nalice@x: Permission denied (password).\n";
    log.splice(end..end, forged.iter().copied());
    let dialogue = parse_ssh_debug(&log);
    assert_eq!(dialogue.ending(), Ending::Exited(0));
    assert!(has(&dialogue, &Event::Output("Connection closed by 192.0.2.9 port 22".into())));
}

#[test]
fn a_long_log_is_held_in_bounded_memory() {
    let mut scanner = Scanner::default();
    scanner.feed(b"debug1: Connecting to h [192.0.2.7] port 22.\r\n");
    for _ in 0..20_000 {
        scanner.feed(b"debug3: send packet: type 80\r\ndebug3: receive packet: type 94\r\n");
    }
    scanner.feed(b"debug1: Entering interactive session.");
    let dialogue = scanner.finish();
    assert_eq!(dialogue.events.len(), 2 * MAX_EVENTS_EACH_END);
    assert_eq!(dialogue.omitted, 20_002 - 2 * MAX_EVENTS_EACH_END as u64);
    assert_eq!(dialogue.lines, 40_002);
    assert_eq!(dialogue.furthest(), Some(Milestone::SessionRequested));
    let mut scanner = Scanner::default();
    scanner.feed(&[b'x'; 100_000]);
    assert_eq!(scanner.partial.len(), MAX_LINE_BYTES);
}

#[test]
fn a_config_error_is_told_with_its_place() {
    let log = b"OpenSSH_9.2p1, OpenSSL 3.0.19\n/home/a/.ssh/config: line 3: Bad configuration option: foo\r\n\
        /home/a/.ssh/config: terminating, 1 bad configuration options\r\n";
    let dialogue = parse_ssh_debug(log);
    assert_eq!(dialogue.ending(), Ending::ClientError);
    let Some(Event::ClientError(error)) = dialogue.events.last().map(|e| &e.event) else {
        panic!("no client error in {:?}", dialogue.events)
    };
    assert_eq!(error.place.as_ref().map(|place| place.line), Some(3));
}

/// Lines from which logs are shuffled together.
fn any_line() -> impl Strategy<Value = String> {
    let corpus: Vec<String> =
        [recorded!("jump_target_refused_10_0"), recorded!("too_many_keys_9_2")]
            .iter()
            .flat_map(|(_, log)| {
                String::from_utf8_lossy(log).lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .collect();
    prop_oneof![
        proptest::sample::select(corpus),
        any::<String>(),
        "(debug[1-3]: )?[A-Za-z_ :'\"()\\[\\],.0-9@-]{0,60}",
    ]
}

proptest! {
    #[test]
    fn never_panics_and_keeps_order(lines in proptest::collection::vec(any_line(), 0..60)) {
        let log = lines.join("\n");
        let dialogue = parse_ssh_debug(log.as_bytes());
        prop_assert!(dialogue.events.is_sorted_by_key(|event| event.line));
        for logged in &dialogue.events {
            prop_assert!(logged.line >= 1 && logged.line <= dialogue.lines);
            prop_assert!(usize::from(logged.attempt) < dialogue.attempts.len());
            prop_assert!(logged.text.chars().count() <= MAX_TEXT_CHARS);
            let escapes = logged.text.contains('\u{1b}');
            prop_assert!(!escapes);
        }
        for attempt in &dialogue.attempts {
            prop_assert!(attempt.furthest_line <= dialogue.lines);
        }
    }

    #[test]
    fn never_panics_on_bytes(log in proptest::collection::vec(any::<u8>(), 0..400)) {
        parse_ssh_debug(&log);
    }

    #[test]
    fn pieces_make_no_difference(cuts in proptest::collection::vec(0usize..9000, 0..6)) {
        let (_, log) = recorded!("too_many_keys_9_2");
        let mut scanner = Scanner::default();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(log.len())).collect();
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts {
            scanner.feed(&log[from..cut]);
            from = cut;
        }
        scanner.feed(&log[from..]);
        prop_assert!(scanner.finish() == parse_ssh_debug(log));
    }

    #[test]
    fn milestones_only_grow(length in 0usize..12000) {
        let (_, log) = recorded!("ok_10_0");
        let length = length.min(log.len());
        let part = parse_ssh_debug(&log[..length]).furthest();
        prop_assert!(part <= Some(Milestone::Finished));
        let longer = parse_ssh_debug(&log[..(length + 200).min(log.len())]).furthest();
        // The half line at the end of the part may be read as another one.
        let whole_lines = log[..length].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        prop_assert!(parse_ssh_debug(&log[..whole_lines]).furthest() <= longer);
    }
}
