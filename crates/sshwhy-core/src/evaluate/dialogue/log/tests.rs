use super::*;
use crate::parse::ssh_debug::parse_ssh_debug;

fn names(log: &str, times: &[Duration]) -> String {
    let said = of_log(&parse_ssh_debug(log.as_bytes()), times);
    let names = said.iter().map(|s| format!("{}={}", s.answer.question().name(), s.answer.name()));
    names.collect::<Vec<_>>().join(" ")
}

/// What a log answers, all of it.
fn check(log: &str, expected: &str) {
    let found = names(log, &[]);
    assert_eq!(found, expected.split_whitespace().collect::<Vec<_>>().join(" "), "{log}");
}

/// What a recorded log answers from its login on.
macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../../../parse/ssh_debug/tests/", $name, ".txt"))
    };
}

const UP_TO_KEX: &str = "system-lookup=found connect=established hello=identification \
                         kex-init=received agreement=agrees kex-reply=received";

fn check_late(log: &str, expected: &str) {
    let found = names(log, &[]);
    let late = found.strip_prefix(UP_TO_KEX).unwrap_or(&found);
    assert_eq!(late.trim_start(), expected);
}

#[test]
fn hostile_logs_answer_nothing() {
    check("", "");
    check("\u{0}\u{1b}[31m\r\r\n\n", "");
    check("I cannot connect, help!\n", "");
    check("debug1: \ndebug1: Offering\nPermission\n", "");
    // A remote program cannot end the connection before it began.
    check("debug1: channel 4294967296: open failed\n", "");
}

#[test]
fn what_fails_before_a_connection() {
    check(
        "/home/a/.ssh/config: line 3: Bad configuration option: foo\r\n\
         /home/a/.ssh/config: terminating, 1 bad configuration options\r\n",
        "client-config=bad-option",
    );
    check("Bad owner or permissions on /home/a/.ssh/config\r\n", "client-config=bad-permissions");
    for (words, answer) in [
        ("Name or service not known", "no-such-name"),
        ("nodename nor servname provided, or not known", "no-such-name"),
        ("Temporary failure in name resolution", "try-again"),
        ("No address associated with hostname", "no-address"),
    ] {
        let log = format!("ssh: Could not resolve hostname box: {words}\r\n");
        check(&log, &format!("system-lookup={answer}"));
    }
}

#[test]
fn attempts_to_connect() {
    // Without -v, of any version: the one line is all there is.
    for (words, answer) in [
        ("Connection refused", "refused"),
        ("Connection timed out", "silent"),
        ("Operation timed out", "silent"),
        ("No route to host", "unreachable"),
        ("Network is unreachable", "unreachable"),
        ("Operation not permitted", "local-denied"),
        ("Cannot assign requested address", "local-error"),
    ] {
        let log = format!("ssh: connect to host box port 22: {words}\r\n");
        let found = names(&log, &[]);
        assert!(found.ends_with(&format!("connect={answer}")), "{words}: {found}");
    }
    check(
        "debug1: Connecting to box [2001:db8::7] port 22.\r\n\
         debug1: connect to address 2001:db8::7 port 22: Connection timed out\r\n\
         debug1: Connecting to box [192.0.2.7] port 22.\r\n\
         debug1: Connection established.\r\n\
         debug1: Local version string SSH-2.0-OpenSSH_8.9\r\n\
         debug1: Remote protocol version 2.0, remote software version OpenSSH_8.9\r\n\
         debug1: SSH2_MSG_KEXINIT sent\r\n",
        "system-lookup=found connect=established first-address=fails-slowly \
         hello=identification kex-init=silent",
    );
    check(
        "debug1: Connecting to box [192.0.2.7] port 22.\r\n",
        "system-lookup=found connect=silent",
    );
}

#[test]
fn ends_before_the_identification_string() {
    let open = "debug1: Connecting to box [192.0.2.7] port 22.\r\n\
                debug1: Connection established.\r\n\
                debug1: Local version string SSH-2.0-OpenSSH_9\r\n";
    let opened = "system-lookup=found connect=established";
    // The words of OpenSSH up to 7.9, of 8.0 to 8.2, of 8.3 to 9.4, of 9.5 and later.
    for reset in [
        "ssh_exchange_identification: read: Connection reset by peer\r\n",
        "kex_exchange_identification: read: Connection reset by peer\r\n",
        "kex_exchange_identification: read: Connection reset by peer\r\n\
         Connection reset by 192.0.2.7 port 22\r\n",
    ] {
        check(&format!("{open}{reset}"), &format!("{opened} hello=reset"));
    }
    for closed in [
        "ssh_exchange_identification: Connection closed by remote host\r\n",
        "kex_exchange_identification: Connection closed by remote host\r\n",
        "kex_exchange_identification: Connection closed by remote host\r\n\
         Connection closed by 192.0.2.7 port 22\r\n",
        "Connection closed by 192.0.2.7 port 22\r\n",
    ] {
        check(&format!("{open}{closed}"), &format!("{opened} hello=closed notice=nothing"));
    }
    for (line, notice) in
        [("Not allowed at this time", "not-allowed-now"), ("Exceeded MaxStartups", "max-startups")]
    {
        let log = format!(
            "{open}debug1: kex_exchange_identification: banner line 0: {line}\r\n\
             kex_exchange_identification: read: Connection reset by peer\r\n"
        );
        check(&log, &format!("{opened} hello=reset notice={notice}"));
    }
    for silent in ["Connection timed out during banner exchange\r\n", ""] {
        check(&format!("{open}{silent}"), &format!("{opened} hello=silent"));
    }
    check(
        &format!("{open}Protocol major versions differ: 2 vs. 1\r\n"),
        &format!("{opened} hello=old-protocol"),
    );
    check(
        &format!(
            "{open}debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 Bad Request\r\n\
             banner exchange: Connection to 192.0.2.7 port 22: invalid format\r\n"
        ),
        &format!("{opened} hello=other-service foreign-service=http"),
    );
    // Without -v and from 9.5 on, nobody can say at which stage it closed.
    check("Connection closed by 192.0.2.7 port 22\r\n", "");
}

#[test]
fn the_time_of_an_end_is_measured_from_its_beginning() {
    let log = "debug1: Connecting to box [192.0.2.7] port 22.\r\n\
               debug1: Connection established.\r\n\
               debug1: Local version string SSH-2.0-OpenSSH_9\r\n\
               kex_exchange_identification: read: Connection reset by peer\r\n";
    for (millis, expected) in
        [(20, "at-once"), (900, "soon"), (5010, "five-seconds"), (120_000, "other")]
    {
        let end = Duration::from_millis(1000 + millis);
        let times =
            [Duration::from_millis(900), Duration::from_secs(1), Duration::from_secs(1), end];
        let found = names(log, &times);
        assert!(found.contains(&format!("hello-delay={expected}")), "{millis}: {found}");
    }
}

#[test]
fn algorithms_and_keys_are_exchanged_or_not() {
    let hello = "debug1: Connecting to box [192.0.2.7] port 22.\r\n\
                 debug1: Connection established.\r\n\
                 debug1: Local version string SSH-2.0-OpenSSH_9\r\n\
                 debug1: Remote protocol version 2.0, remote software version x\r\n\
                 debug1: SSH2_MSG_KEXINIT sent\r\n";
    let greeted = "system-lookup=found connect=established hello=identification";
    for (end, answer) in [
        ("Connection closed by 192.0.2.7 port 22\r\n", "closed"),
        ("Connection reset by 192.0.2.7 port 22\r\n", "reset"),
        ("Connection to 192.0.2.7 port 22 timed out\r\n", "silent"),
        ("Received disconnect from 192.0.2.7 port 22:2: no\r\n", "disconnected"),
        ("Bad packet length 1349676916.\r\n", "garbage"),
    ] {
        check(&format!("{hello}{end}"), &format!("{greeted} kex-init={answer}"));
    }
    let lists = format!("{hello}debug1: SSH2_MSG_KEXINIT received\r\n");
    for (kind, offer, answer) in [
        ("key exchange method", "diffie-hellman-group1-sha1", "no-kex"),
        ("host key type", "ssh-rsa,ssh-dss", "only-sha1-host-key"),
        ("host key type", "ssh-dss", "no-host-key"),
        ("cipher", "3des-cbc", "no-cipher"),
        ("MAC", "hmac-md5", "no-mac"),
    ] {
        let end = format!(
            "Unable to negotiate with 192.0.2.7 port 22: no matching {kind} found. \
             Their offer: {offer}\r\n"
        );
        let expected = format!("{greeted} kex-init=received agreement={answer}");
        check(&format!("{lists}{end}"), &expected);
    }
    let asked = format!(
        "{lists}debug1: kex: algorithm: curve25519-sha256\r\n\
         debug1: expecting SSH2_MSG_KEX_ECDH_REPLY\r\n"
    );
    let agreed = format!("{greeted} kex-init=received agreement=agrees");
    // A log that was pasted while ssh hung.
    check(&asked, &format!("{agreed} kex-reply=silent"));
    check(
        &format!("{asked}Connection closed by 192.0.2.7 port 22\r\n"),
        &format!("{agreed} kex-reply=closed"),
    );
    check(
        &format!(
            "{asked}debug1: Server host key: ssh-ed25519 SHA256:AAAA\r\n\
             ssh_dispatch_run_fatal: Connection to 192.0.2.7 port 22: incorrect signature\r\n"
        ),
        &format!("{agreed} kex-reply=bad-signature"),
    );
}

#[test]
fn passwords_in_the_logs_of_others() {
    // Nobody was asked: whoever ran it could not log in.
    check(
        "alice@box: Permission denied (publickey,password).\r\n",
        "login=denied auth-words=nothing",
    );
    check("Permission denied (publickey).\r\n", "login=denied auth-words=nothing");
}

#[test]
fn recorded_logins() {
    let known = "login=accepted key-outcome=accepted";
    check_late(recorded!("ok_9_2"), known);
    check_late(recorded!("ok_10_0"), known);
    check_late(recorded!("channel_refused_9_2"), &format!("{known} session=open-refused"));
    check_late(
        recorded!("too_many_keys_9_2"),
        "login=too-many-failures key-outcome=accepted auth-words=other-words",
    );
    let agent = names(recorded!("agent_locked_10_0"), &[]);
    assert!(agent.contains("login=denied key-outcome=unsigned"), "{agent}");
    let open = names(recorded!("key_too_open_9_2"), &[]);
    assert!(open.contains("key-outcome=ignored"), "{open}");
}

#[test]
fn recorded_ends() {
    check_late(
        recorded!("reset_in_session_9_2"),
        "login=accepted key-outcome=accepted idle-end=silence idle-end=reset",
    );
    check_late(
        recorded!("reset_in_session_10_0"),
        "login=accepted key-outcome=accepted idle-end=reset idle-end=silence idle-end=reset",
    );
    check_late(
        recorded!("not_responding_9_2"),
        "login=accepted key-outcome=accepted idle-end=unanswered",
    );
    let changed = names(recorded!("host_key_changed_9_2"), &[]);
    assert!(changed.ends_with("host-key=changed"), "{changed}");
    let cipher = names(recorded!("no_common_cipher_9_2"), &[]);
    assert!(cipher.ends_with("agreement=no-cipher"), "{cipher}");
    let reset = names(recorded!("reset_before_ident_9_2"), &[]);
    assert!(reset.ends_with("hello=reset"), "{reset}");
    let drop = names(recorded!("max_startups_10_0"), &[]);
    assert!(drop.ends_with("hello=closed notice=max-startups"), "{drop}");
    let stalled = names(recorded!("stalled_9_2"), &[]);
    assert!(stalled.ends_with("kex-reply=silent"), "{stalled}");
}

#[test]
fn recorded_ways_through_jump_hosts() {
    for (log, expected) in [
        (recorded!("jump_refused_9_2"), "proxy=command-fails"),
        (recorded!("jump_target_refused_10_0"), "proxy=target-fails"),
        (recorded!("proxy_missing_9_2"), "proxy=command-fails"),
    ] {
        check(log, expected);
    }
    let denied = recorded!("jump_target_refused_10_0")
        .replace("connect failed: Connection refused", "administratively prohibited: open failed");
    check(&denied, "proxy=forward-denied");
    let ok = names(recorded!("jump_ok_9_2"), &[]);
    assert!(ok.starts_with("proxy=passes hello=identification"), "{ok}");
}

#[test]
fn an_answer_names_its_line() {
    let log = "debug1: Connecting to box [192.0.2.7] port 22.\r\n\
               debug1: Connection established.\r\n\
               debug1: Local version string SSH-2.0-OpenSSH_9\r\n\
               ssh_exchange_identification: read: Connection reset by peer\r\n";
    let said = of_log(&parse_ssh_debug(log.as_bytes()), &[]);
    assert_eq!(said.iter().map(|s| s.line).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(said[2].text, "ssh_exchange_identification: read: Connection reset by peer");
}
