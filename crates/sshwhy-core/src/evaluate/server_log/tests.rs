//! Logs of a few lines, and what they say of one client.

use proptest::prelude::*;

use super::*;
use crate::parse::log_line::Clock;

/// Noon of 26 November 2026, UTC.
const NOW: i64 = 1_795_694_400 * MICROS;
const DAY: i64 = 24 * 60 * MINUTE;

fn read(text: &str) -> Log {
    let clock = Clock { now: NOW, ..Clock::default() };
    let text = Text { file: "auth.log", lines_before: 0, bytes: text.as_bytes(), written: None };
    Log::read(&[text], &clock, NOW - DAY)
}

/// Lines as `11:59:00 sshd[7]: …` of that day.
fn log(lines: &[&str]) -> Log {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            let (time, rest) = line.split_once(' ').unwrap();
            format!("Nov 26 {time} srv {rest}\n")
        })
        .collect();
    read(&lines.concat())
}

fn flow() -> Flow {
    Flow {
        source: "192.0.2.7".parse().unwrap(),
        source_port: None,
        destination: "192.0.2.1".parse().unwrap(),
        port: 22,
        interface: None,
    }
}

const VIEW: View<'_> =
    View { now: NOW, user: Some("alice"), startups_begin: None, is_excerpt: false, listens: None };

/// The answer and the line that shows it.
fn said(lines: &[&str]) -> (Option<ServerLog>, usize) {
    let log = log(lines);
    let verdict = judge(&log, &flow(), &VIEW);
    (verdict.answer, verdict.shown_by.map_or(0, |event| event.place.line))
}

fn check(lines: &[&str], answer: ServerLog, line: usize) {
    assert_eq!(said(lines), (Some(answer), line), "{lines:#?}");
}

const UP: &str = "10:00:00 sshd[1]: Server listening on 0.0.0.0 port 22.";
const LOGIN: &str =
    "11:50:00 sshd[7]: Accepted publickey for alice from 192.0.2.7 port 50000 ssh2: RSA SHA256:k";
const DENIED: &str =
    "11:55:00 sshd[8]: User alice from 192.0.2.7 not allowed because listed in DenyUsers";
const CLOSED: &str =
    "11:55:01 sshd[8]: Connection closed by invalid user alice 192.0.2.7 port 50001 [preauth]";

#[test]
fn the_last_connection_counts() {
    check(&[], ServerLog::Nothing, 0);
    check(&[UP, LOGIN], ServerLog::Nothing, 2);
    check(&[UP, LOGIN, DENIED, CLOSED], ServerLog::UserNotAllowed, 3);
    let later = LOGIN.replace("11:50", "11:59").replace("sshd[7]", "sshd[9]");
    check(&[UP, DENIED, CLOSED, &later], ServerLog::Nothing, 4);
    // Within one second the order of the lines decides.
    let same = later.replace("11:59:00", "11:55:01");
    check(&[UP, DENIED, CLOSED, &same], ServerLog::Nothing, 4);
    // What failed this morning says nothing of now.
    check(&[UP, &DENIED.replace("11:55", "10:30")], ServerLog::Nothing, 0);
}

#[test]
fn other_clients_do_not_count() {
    let other = DENIED.replace("192.0.2.7", "192.0.2.8");
    check(&[UP, &other], ServerLog::Nothing, 0);
    let name = "11:58:00 sshd[9]: Invalid user x from 192.0.2.7 port 1 from 192.0.2.8 port 2";
    check(&[UP, name], ServerLog::Nothing, 0);
    let mut one = flow();
    one.source_port = Some(50002);
    assert_eq!(judge(&log(&[UP, DENIED, CLOSED]), &one, &VIEW).answer, Some(ServerLog::Nothing));
    one.source_port = Some(50001);
    let answer = judge(&log(&[UP, DENIED, CLOSED]), &one, &VIEW).answer;
    assert_eq!(answer, Some(ServerLog::UserNotAllowed));
}

#[test]
fn the_deepest_reason_counts() {
    let modes = "11:54:59 sshd[8]: Authentication refused: bad ownership or modes for directory /home/alice";
    let failed =
        "11:55:00 sshd[8]: Failed publickey for alice from 192.0.2.7 port 50001 ssh2: RSA SHA256:k";
    let closed = "11:55:01 sshd[8]: Connection closed by authenticating user alice 192.0.2.7 port 50001 [preauth]";
    check(&[UP, modes, failed, closed], ServerLog::BadModes, 2);
    check(&[UP, failed, closed], ServerLog::KeyRefused, 2);
    check(&[UP, closed], ServerLog::Nothing, 2);
    // A key that is refused before another is accepted is no failure.
    let then = "11:55:01 sshd[8]: Accepted password for alice from 192.0.2.7 port 50001 ssh2";
    check(&[UP, modes, failed, then], ServerLog::Nothing, 4);
    // The session's process has a number that only the order of the lines ties to the client.
    let chroot =
        "11:55:02 sshd[9]: fatal: bad ownership or modes for chroot directory \"/home/alice\"";
    check(&[UP, then, chroot], ServerLog::Chroot, 3);
    let other = "11:55:01 sshd[11]: Accepted password for bob from 192.0.2.8 port 50009 ssh2";
    check(&[UP, then, other, chroot], ServerLog::Nothing, 2);
}

#[test]
fn releases_since_9_8_split_the_work() {
    let grace = "11:55:00 sshd[1]: Timeout before authentication for connection from 192.0.2.7 to 192.0.2.1, pid = 8";
    let who = "11:53:00 sshd-session[8]: Invalid user bob from 192.0.2.7 port 50001";
    check(&[UP, grace], ServerLog::GraceTime, 2);
    // The deeper reason is the child's, whose number the listener names.
    check(&[UP, who, grace], ServerLog::InvalidUser, 2);
    let drop = "11:56:00 sshd[1]: drop connection #0 from [192.0.2.7]:50002 on [192.0.2.1]:22 penalty: failed authentication";
    check(&[UP, who, grace, drop], ServerLog::Penalty, 4);
    let crowd = drop.replace("#0", "#3").replace("penalty: failed authentication", "Maxstartups");
    check(&[UP, &crowd], ServerLog::SourceLimit, 2);
    let view = View { startups_begin: Some(2), ..VIEW };
    assert_eq!(judge(&log(&[UP, &crowd]), &flow(), &view).answer, Some(ServerLog::MaxStartups));
}

#[test]
fn ends_that_say_little_do_not_hide_what_was_said_before() {
    let reset = "11:58:00 sshd[9]: Connection reset by 192.0.2.7 port 50003";
    check(&[UP, DENIED, CLOSED, reset], ServerLog::UserNotAllowed, 2);
    check(&[UP, LOGIN, reset], ServerLog::Nothing, 2);
    check(&[UP, reset], ServerLog::PeerReset, 2);
    let long_before = DENIED.replace("11:55", "11:20");
    check(&[UP, &long_before, reset], ServerLog::PeerReset, 3);
    let left = "11:58:00 sshd[9]: Connection closed by 192.0.2.7 port 50003";
    check(&[UP, left], ServerLog::LeftEarly, 2);
    // In the middle of the key exchange nobody is blamed.
    check(&[UP, &format!("{left} [preauth]")], ServerLog::Nothing, 2);
}

#[test]
fn our_own_probes_do_not_count() {
    let odd = "11:58:00 sshd[9]: error: kex_exchange_identification: client sent invalid protocol identifier \"HELO sshwhy\"";
    let banner =
        "11:58:00 sshd[9]: banner exchange: Connection from 192.0.2.7 port 50003: invalid format";
    check(&[UP, odd, banner], ServerLog::Nothing, 0);
    check(&[UP, banner], ServerLog::NotSsh, 2);
    let hello = "11:58:00 sshd[9]: debug1: Remote protocol version 2.0, remote software version OpenSSH_9.9 sshwhy";
    let reset = "11:58:01 sshd[9]: Connection reset by 192.0.2.7 port 50003";
    check(&[UP, hello, reset], ServerLog::Nothing, 0);
}

#[test]
fn what_pam_refuses_is_tied_by_the_user() {
    let expired =
        "11:58:00 sshd[9]: pam_unix(sshd:account): account alice has expired (account expired)";
    let denied = "11:58:00 sshd[9]: fatal: Access denied for user alice by PAM account configuration [preauth]";
    check(&[UP, expired, denied], ServerLog::Expired, 2);
    check(&[UP, denied], ServerLog::Pam, 2);
    check(&[UP, &denied.replace("alice", "bob")], ServerLog::Nothing, 0);
    check(&[UP, &denied.replace("11:58", "11:20")], ServerLog::Nothing, 0);
    let session = "11:50:01 sshd[7]: error: PAM: pam_open_session(): Permission denied";
    assert_eq!(said(&[UP, LOGIN, session]), (None, 3));
}

#[test]
fn an_sshd_that_does_not_run() {
    let stop = "11:30:00 sshd[1]: Received signal 15; terminating.";
    let bad =
        "11:30:01 sshd[2]: error: /etc/ssh/sshd_config: line 3: Bad configuration option: Foo";
    let end =
        "11:30:01 sshd[2]: fatal: /etc/ssh/sshd_config: terminating, 1 bad configuration options";
    let again = "11:40:00 sshd[3]: Server listening on 0.0.0.0 port 22.";
    check(&[UP, stop], ServerLog::Restarted, 2);
    check(&[UP, stop, bad, end], ServerLog::ConfigError, 3);
    check(&[UP, stop, bad, end, again], ServerLog::Nothing, 0);
    // Whoever only tries out a configuration stops nothing.
    check(&[UP, bad, end], ServerLog::Nothing, 0);
    let hup = "11:30:00 sshd[1]: Received SIGHUP; restarting.";
    check(&[UP, hup, bad, end], ServerLog::ConfigError, 3);
    check(&[UP, hup, again], ServerLog::Nothing, 0);
    // It stands whatever the client did before.
    check(
        &[UP, LOGIN, "11:52:00 sshd[1]: Received signal 15; terminating."],
        ServerLog::Restarted,
        3,
    );
    let taken =
        "10:00:00 sshd[1]: error: Bind to port 22 on 0.0.0.0 failed: Address already in use.";
    check(&[&UP.replace("0.0.0.0", "::"), taken], ServerLog::Nothing, 0);
    check(&[taken, "10:00:00 sshd[1]: fatal: Cannot bind any address."], ServerLog::BindFailed, 1);
    let keys = "10:00:00 sshd[1]: sshd: no hostkeys available -- exiting.";
    check(&[keys], ServerLog::HostKeys, 1);
    // Something listens, and the log does not go back to its start.
    let listens = View { listens: Some(true), ..VIEW };
    for line in [bad, keys, stop] {
        let answer = judge(&log(&[line]), &flow(), &listens).answer;
        assert_eq!(answer, Some(ServerLog::Nothing), "{line}");
    }
    // An old sshd says of a key that nobody misses that it is missing.
    let dsa = "10:00:00 sshd[1]: error: Could not load host key: /etc/ssh/ssh_host_dsa_key";
    check(&[dsa, UP], ServerLog::Nothing, 0);
}

#[test]
fn trouble_of_the_whole_server() {
    let files = "11:58:00 sshd[1]: error: accept: Too many open files";
    check(&[UP, files], ServerLog::Resources, 2);
    let after = LOGIN.replace("11:50", "11:59");
    check(&[UP, files, &after], ServerLog::Nothing, 3);
    let folder = "11:58:00 sshd[9]: fatal: Missing privilege separation directory: /run/sshd";
    check(&[UP, LOGIN, folder], ServerLog::PrivsepDir, 3);
    let crowd = "11:58:00 sshd[1]: drop connection #31 from [192.0.2.8]:1 on [192.0.2.1]:22 past MaxStartups";
    check(&[UP, LOGIN, crowd], ServerLog::MaxStartups, 3);
    check(&[UP, &crowd.replace("#31", "#3")], ServerLog::Nothing, 0);
    let socket =
        "11:58:00 systemd[1]: ssh.socket: Too many incoming connections (64), dropping connection.";
    check(&[socket], ServerLog::SocketLimit, 1);
    check(&[&socket.replace("ssh.socket", "x.socket")], ServerLog::Nothing, 0);
    for (kernel, answer) in [
        ("nf_conntrack: table full, dropping packet", ServerLog::Conntrack),
        ("Out of memory: Killed process 9 (postgres) total-vm:1kB", ServerLog::Oom),
        (
            "Memory cgroup out of memory: Killed process 9 (postgres) total-vm:1kB",
            ServerLog::Nothing,
        ),
        (
            "audit: type=1326 audit(1.2:3): pid=9 comm=\"sshd\" sig=31 syscall=41",
            ServerLog::Sandbox,
        ),
        (
            "audit: type=1326 audit(1.2:3): pid=9 comm=\"chrome\" sig=31 syscall=41",
            ServerLog::Nothing,
        ),
        ("sshd[9]: segfault at 0 ip 00 sp 00 error 4", ServerLog::ChildCrash),
        (
            "audit: type=1400 audit(1.2:3): apparmor=\"DENIED\" operation=\"open\" profile=\"sshd\" name=\"/x\" pid=9 comm=\"sshd\"",
            ServerLog::MandatoryAccess,
        ),
    ] {
        let line = format!("11:58:00 kernel: [ 9.5] {kernel}");
        let at = if answer == ServerLog::Nothing { 0 } else { 2 };
        check(&[UP, &line], answer, at);
        // What is long past is over.
        check(&[UP, &line.replace("11:58", "11:20")], ServerLog::Nothing, 0);
    }
}

#[test]
fn penalties() {
    let new = "11:59:50 sshd[1]: srclimit_penalise: ipv4: new 192.0.2.7/32 active penalty of 20 seconds for penalty: failed authentication";
    let drop = "11:59:55 sshd[1]: drop connection #0 from [192.0.2.7]:2 on [192.0.2.1]:22 penalty: failed authentication";
    let client = flow().source;
    let yes = |lines: &[&str]| match penalised(&log(lines), client, NOW) {
        Penalised::Yes(event) => event.place.line.to_string(),
        Penalised::Perhaps(event) => format!("perhaps {}", event.place.line),
        Penalised::No => "no".to_owned(),
    };
    assert_eq!(yes(&[UP, new]), "2");
    assert_eq!(yes(&[UP, &new.replace("20 seconds", "9.500 seconds")]), "no");
    assert_eq!(yes(&[UP, &new.replace("active", "deferred")]), "no");
    assert_eq!(yes(&[UP, &new.replace("0.2.7", "0.2.8")]), "no");
    assert_eq!(yes(&[UP, drop]), "2");
    assert_eq!(yes(&[UP, &drop.replace("11:59:55", "11:58:00")]), "perhaps 2");
    assert_eq!(yes(&[UP, &drop.replace("11:59:55", "11:40:00")]), "no");
    let login = LOGIN.replace("11:50:00", "11:59:58");
    assert_eq!(yes(&[UP, drop, &login]), "no");
}

#[test]
fn charges_are_told_by_the_ends_of_connections() {
    let lines = [
        UP,
        DENIED,
        CLOSED,
        LOGIN,
        "11:56:00 sshd[20]: Invalid user bob from 192.0.2.7 port 5",
        "11:56:01 sshd[20]: Connection closed by invalid user bob 192.0.2.7 port 5 [preauth]",
        "11:57:00 sshd[21]: Connection closed by 192.0.2.8 port 6 [preauth]",
        "11:58:00 sshd[1]: Timeout before authentication for connection from 192.0.2.9 to 192.0.2.1, pid = 22",
        "11:58:01 sshd[1]: Session process 23 unpriv child crash for connection from 192.0.2.9 to 192.0.2.1",
        "11:58:02 sshd[1]: drop connection #0 from [192.0.2.9]:2 on [192.0.2.1]:22 penalty: caused crash",
    ];
    let log = log(&lines);
    let kinds: Vec<_> = charges(&log).iter().map(|c| (c.source.to_string(), c.kind)).collect();
    let expected = [
        ("192.0.2.7", ChargeKind::AuthFail),
        ("192.0.2.7", ChargeKind::InvalidUser),
        ("192.0.2.8", ChargeKind::NoAuth),
        ("192.0.2.9", ChargeKind::GraceExceeded),
        ("192.0.2.9", ChargeKind::Crash),
    ];
    assert_eq!(kinds, expected.map(|(source, kind)| (source.to_owned(), kind)));
    let failures = recent_failures(&log, NOW);
    let sources: Vec<_> = failures.iter().map(|f| (f.source.to_string(), f.user)).collect();
    let expected = [("192.0.2.9", None), ("192.0.2.8", None), ("192.0.2.7", Some("bob"))];
    assert_eq!(sources, expected.map(|(source, user)| (source.to_owned(), user)));
}

/// A file and the journal hold the same lines; they count once. Two equal lines of one file are two.
#[test]
fn doubles_count_once() {
    let line = "Nov 26 11:59:00 srv sshd[9]: Connection closed by 192.0.2.7 port 5 [preauth]\n";
    let json = r#"{"__REALTIME_TIMESTAMP":"1795694340400000","_PID":"9","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"Connection closed by 192.0.2.7 port 5 [preauth]"}"#;
    let clock = Clock { now: NOW, ..Clock::default() };
    let text = |file, bytes| Text { file, lines_before: 4, bytes, written: None };
    let texts = [text("auth.log", line.as_bytes()), text("journalctl", json.as_bytes())];
    let log = Log::read(&texts, &clock, NOW - DAY);
    assert_eq!((log.events.len(), log.sshd_lines), (1, 2));
    assert_eq!(log.events[0].place.to_string(), "auth.log:5");
    assert_eq!(read(&line.repeat(2)).events.len(), 2);
}

/// The lines of a file that sshd writes itself have no time but the file's.
#[test]
fn a_file_of_sshds_own() {
    let bytes = b"Invalid user bob from 192.0.2.7 port 5\r\n";
    let clock = Clock { now: NOW, ..Clock::default() };
    let text = Text { file: "/log", lines_before: 0, bytes, written: Some(NOW - MINUTE) };
    let log = Log::read(&[text], &clock, NOW - DAY);
    assert_eq!(judge(&log, &flow(), &VIEW).answer, Some(ServerLog::InvalidUser));
}

proptest! {
    /// Whatever other clients and their names say, this client's answer stays what it was.
    #[test]
    fn others_never_change_the_answer(names in proptest::collection::vec("[ -~]{0,30}", 0..6)) {
        let mut lines = vec![UP.to_owned(), DENIED.to_owned(), CLOSED.to_owned()];
        for (n, name) in names.iter().enumerate() {
            let pid = 100 + n;
            let name = format!("{name} from 192.0.2.7 port 50001 ssh2");
            lines.push(format!("11:57:00 sshd[{pid}]: Invalid user {name} from 192.0.2.8 port {n}"));
            lines.push(format!("11:57:01 sshd[{pid}]: Failed none for invalid user {name} from 192.0.2.8 port {n} ssh2"));
            lines.push(format!("11:57:02 sshd[{pid}]: Connection closed by invalid user {name} 192.0.2.8 port {n} [preauth]"));
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        prop_assert_eq!(said(&lines), (Some(ServerLog::UserNotAllowed), 2));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,300}") {
        let log = read(&text);
        let _ = (judge(&log, &flow(), &VIEW), charges(&log), recent_failures(&log, NOW));
    }
}
