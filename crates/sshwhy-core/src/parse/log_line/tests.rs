//! Heads of lines, as each logger writes them.

use proptest::prelude::*;

use super::*;

/// Noon of 26 November 2026, UTC, on a host an hour ahead of it that was started at midnight.
const CLOCK: Clock = Clock { now: NOON, offset: 3600, booted: Some(NOON - 43_200 * MICROS) };
const NOON: i64 = 1_795_694_400 * MICROS;

/// A record as `SECONDS-FROM-NOON HOST PROGRAM[PID] MESSAGE`.
fn shown(record: &Record<'_>) -> String {
    let time = record.time.and_then(|time| time.unix(&CLOCK));
    let time = time.map_or("?".to_owned(), |at| format!("{}", (at - NOON) as f64 / 1e6));
    let pid = record.pid.map_or(String::new(), |pid| format!("[{pid}]"));
    format!("{time} {} {}{pid} {}", record.host, record.program, record.message)
}

fn check(line: &str, expected: &str) {
    let all: Vec<String> = records(line.as_bytes()).map(|record| shown(&record)).collect();
    assert_eq!(all, [expected], "{line}");
}

#[test]
fn files_of_syslog() {
    let expected = "-60 srv sshd[42] hello: you";
    check("Nov 26 12:59:00 srv sshd[42]: hello: you", expected);
    check("Nov 26 12:59:00 srv sshd[42]: hello: you\r\n", expected);
    check("2026-11-26T12:59:00+01:00 srv sshd[42]: hello: you", expected);
    check("2026-11-26T11:59:00.000000+00:00 srv sshd[42]: hello: you", expected);
    check("2026-11-26T11:59:00Z srv sshd[42]: hello: you", expected);
    check("<38>Nov 26 12:59:00 srv sshd[42]: hello: you", expected);
    check("<38>1 2026-11-26T11:59:00Z srv sshd 42 - - hello: you", expected);
    check(
        "<38>1 2026-11-26T11:59:00Z srv sshd 42 ID [a b=\"]\\\"]\"][c] \u{feff}hello: you",
        expected,
    );
    check("Nov  6 13:00:00 srv sshd: x", "-1728000 srv sshd x");
    check("Nov 26 12:59:00 srv authpriv.info dropbear[42]: x", "-60 srv dropbear[42] x");
    check("Thu Nov 26 12:59:00 2026 authpriv.info dropbear[42]: x", "-60  dropbear[42] x");
    check("Nov 26 12:59:00 sshd[42]: x", "-60  sshd[42] x");
    check("Nov 26 12:59:00 srv kernel: [ 7.5] full", "-60 srv kernel full");
    check("Nov 26 12:59:00 srv kernel: [UFW BLOCK] IN=", "-60 srv kernel [UFW BLOCK] IN=");
}

#[test]
fn a_date_without_a_year_is_not_in_the_future() {
    check("Nov 28 13:00:00 srv a: x", "-31363200 srv a x");
    // Clocks differ: tomorrow is not yet last year.
    check("Nov 27 12:00:00 srv a: x", "82800 srv a x");
    let new_year = Clock { now: 1_798_761_599 * MICROS, ..Clock::default() };
    let early = Stamp::Local { year: None, month: 1, day: 1, micros: 0 };
    assert_eq!(early.unix(&new_year), Some(1_798_761_600 * MICROS));
    let leap = Stamp::Local { year: Some(2024), month: 2, day: 29, micros: 5 };
    assert_eq!(leap.unix(&Clock::default()), Some(1_709_164_800 * MICROS + 5));
}

#[test]
fn what_journalctl_prints() {
    let expected = "-59.5 srv sshd[42] x";
    check("Nov 26 12:59:00.500000 srv sshd[42]: x", expected);
    check("2026-11-26T12:59:00.500000+0100 srv sshd[42]: x", expected);
    check("Thu 2026-11-26 12:59:00.5 CET srv sshd[42]: x", expected);
    check("Thu 2026-11-26 11:59:00.5 UTC srv sshd[42]: x", expected);
    check("1795694340.500000 srv sshd[42]: x", expected);
    check("[43140.500000] srv sshd[42]: x", expected);
    let json = r#"{"__REALTIME_TIMESTAMP":"1795694340500000","_HOSTNAME":"srv","_PID":"41","SYSLOG_PID":"42","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"x","A":[1,{"b":null}],"C":1.5,"D":true}"#;
    check(json, expected);
    check(r#"{"MESSAGE":"a\"b","SYSLOG_IDENTIFIER":"sshd"}"#, "?  sshd a\"b");
    // Bytes that are no text.
    check(r#"{"MESSAGE":[120,255,10,121],"_COMM":"sshd"}"#, "?  sshd x\u{fffd}\ny");
    check(r#"{"MESSAGE":"k","_TRANSPORT":"kernel"}"#, "?  kernel k");
    check("-- Boot 0123456789abcdef --", "?   -- Boot 0123456789abcdef --");
}

#[test]
fn the_export_format() {
    let mut log = b"__CURSOR=c\n__REALTIME_TIMESTAMP=1795694340500000\n_HOSTNAME=srv\n".to_vec();
    log.extend(b"SYSLOG_IDENTIFIER=sshd\n_PID=42\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\n\n");
    log.extend(b"__REALTIME_TIMESTAMP=1795694341500000\nMESSAGE=c\nSYSLOG_IDENTIFIER=sshd\n");
    let all: Vec<Record<'_>> = records(&log).collect();
    assert_eq!(
        all.iter().map(shown).collect::<Vec<_>>(),
        ["-59.5 srv sshd[42] a\nb", "-58.5  sshd c"]
    );
    assert_eq!(all.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 10]);
    // A length that is a lie ends the text.
    let lie = b"__CURSOR=c\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffabc\n\n__CURSOR=d\n";
    assert_eq!(records(lie).count(), 1);
}

#[test]
fn the_kernel_and_audit() {
    check("[43140.000000] oops", "-60  kernel oops");
    check("[Thu Nov 26 12:59:00 2026] oops", "-60  kernel oops");
    check("<6>[43140.000000] oops", "-60  kernel oops");
    check("6,339,43140000000,-,caller=T1;oops", "-60  kernel oops");
    let audit = "type=AVC msg=audit(1795694340.000:7): avc:  denied";
    check(audit, &format!("-60  audit {audit}"));
}

#[test]
fn lines_without_a_head_and_repeated_ones() {
    check("Server listening on :: port 22.\r", "?   Server listening on :: port 22.");
    check(
        "Nov 26 12:59:00 srv last message repeated 3 times",
        "-60 srv  last message repeated 3 times",
    );
    let line = b"Nov 26 12:59:00 srv sshd[42]: message repeated 3 times: [ Failed [x]]\n\nz";
    let all: Vec<Record<'_>> = records(line).collect();
    assert_eq!((all[0].repeated, all[0].message.as_ref()), (3, "Failed [x]"));
    assert_eq!((all[1].repeated, all[1].line), (1, 3));
}

#[test]
fn broken_heads_are_only_text() {
    for line in [
        "Nov 26 12:59 srv sshd[42]: x",
        "Nov 99 12:59:00 srv sshd[42]: x",
        "2026-13-26T12:59:00Z srv sshd[42]: x",
        "<38>1 2026",
        "<99999999999>x",
        "{\"MESSAGE\":",
        "[",
        "[1.2",
        "[99999999999999999999.1] x",
        "6,339,99999999999999999999,-;x",
        "type=AVC msg=audit(",
    ] {
        check(line, &format!("?   {line}"));
    }
}

/// A message is a part of the text, not a copy.
#[test]
fn messages_are_borrowed() {
    let log = b"Nov 26 12:59:00 srv sshd[42]: x\n{\"MESSAGE\":\"y\"}\n[1.5] z\n";
    assert!(records(log).all(|record| matches!(record.message, Cow::Borrowed(_))));
}

proptest! {
    #[test]
    fn nothing_panics(log in proptest::collection::vec(any::<u8>(), 0..300)) {
        let lines = log.iter().filter(|byte| **byte == b'\n').count() + 1;
        prop_assert!(records(&log).count() <= lines);
    }

    #[test]
    fn no_head_panics(start in prop_oneof![
        Just("Nov 26 12:59:00 "), Just("2026-11-26T12:59:00+01:00 "), Just("<38>1 2026-11-26T11:59:00Z "),
        Just("[1.5] "), Just("6,3,4,-;"), Just("{\"MESSAGE\":"), Just("__CURSOR=c\nMESSAGE\n"),
        Just("type=AVC msg=audit(1."), Just("Thu 2026-11-26 12:59:00 "),
    ], rest in "\\PC{0,60}") {
        for record in records(format!("{start}{rest}").as_bytes()) {
            let _ = record.time.and_then(|time| time.unix(&CLOCK));
        }
    }
}

#[test]
fn moments_as_people_write_them() {
    // 2026-11-26 12:00 UTC; the wall clock shows 14:00.
    let clock = Clock { now: 1_795_694_400 * MICROS, offset: 7200, booted: None };
    let at = |text: &str| Stamp::of(text, &clock)?.unix(&clock).map(|at| at / MICROS);
    let now = 1_795_694_400;
    for (text, expected) in [
        ("2026-11-26T12:00:00Z", Some(now)),
        ("2026-11-26 14:00", Some(now)),
        ("14:00", Some(now)),
        ("14:00:01", Some(now + 1)),
        ("2026-11-26", Some(now - 14 * 3600)),
        ("Nov 26 14:00:00", Some(now)),
        ("yesterday", None),
        ("", None),
        ("2026-13-40", None),
        ("é", None),
    ] {
        assert_eq!(at(text), expected, "{text}");
    }
}
