use super::*;
use crate::parse::ssh_debug::parse_ssh_debug;

/// What every run below begins with: the lines that ssh 9.2 prints up to the encryption, in short.
const ENCRYPTED: &str = "\
OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19
debug1: Connecting to box [192.0.2.7] port 22.
debug1: Connection established.
debug1: Local version string SSH-2.0-OpenSSH_9.2
debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2
debug1: SSH2_MSG_KEXINIT sent
debug1: SSH2_MSG_KEXINIT received
debug1: expecting SSH2_MSG_KEX_ECDH_REPLY
debug1: SSH2_MSG_KEX_ECDH_REPLY received
debug1: Server host key: ssh-ed25519 SHA256:AAAA
debug1: Host 'box' is known and matches the ED25519 host key.
debug1: SSH2_MSG_NEWKEYS sent
debug1: SSH2_MSG_NEWKEYS received
";

const METHODS: &str = "\
debug3: send packet: type 5
debug1: SSH2_MSG_SERVICE_ACCEPT received
debug3: send packet: type 50
debug3: receive packet: type 51
debug1: Authentications that can continue: publickey
debug1: Next authentication method: publickey
";

const OFFERED: &str = "\
debug1: Offering public key: /k ED25519 SHA256:BBBB
debug3: send packet: type 50
debug2: we sent a publickey packet, wait for reply
";

const ACCEPTED: &str = "\
debug3: receive packet: type 60
debug1: Server accepts key: /k ED25519 SHA256:BBBB
debug3: sign_and_send_pubkey: signing using ssh-ed25519 SHA256:BBBB
";

const LOGGED_IN: &str = "\
debug3: send packet: type 50
debug3: receive packet: type 52
Authenticated to box ([192.0.2.7]:22) using \"publickey\".
debug1: channel 0: new session [client-session] (inactive timeout: 0)
debug1: Entering interactive session.
debug2: channel_input_open_confirmation: channel 0: callback start
";

const PTY: &str = "debug2: PTY allocation request accepted on channel 0\n";
const RUNS: &str = "debug2: exec request accepted on channel 0\n";

fn log(parts: &[&str]) -> String {
    // ssh ends its lines in CR LF.
    parts.concat().replace('\n', "\r\n")
}

struct Case<'a> {
    log: String,
    output: &'a str,
    stopped: bool,
}

fn names(case: &Case<'_>, times: &[Duration]) -> String {
    let dialogue = parse_ssh_debug(case.log.as_bytes());
    let told = Told {
        dialogue: &dialogue,
        times,
        took: times.last().copied().unwrap_or_default(),
        stopped: case.stopped,
        output: Some(case.output.as_bytes()),
    };
    let seen = answers(&told);
    let names = seen.iter().map(|(a, _)| format!("{}={}", a.question().name(), a.name()));
    names.collect::<Vec<_>>().join(" ")
}

fn check_login(parts: &[&str], expected: &str) {
    let parts = [&[ENCRYPTED], parts].concat();
    let case = Case { log: log(&parts), output: "", stopped: false };
    assert_eq!(names(&case, &[]), format!("host-key=known {expected}"), "{parts:?}");
}

fn check_session(parts: &[&str], output: &str, expected: &str) {
    let parts = [&[ENCRYPTED, METHODS, OFFERED, ACCEPTED, LOGGED_IN], parts].concat();
    let case = Case { log: log(&parts), output, stopped: false };
    let expected = format!("host-key=known login=accepted key-outcome=accepted {expected}");
    assert_eq!(names(&case, &[]), expected.trim_end(), "{parts:?}");
}

#[test]
fn what_was_not_reached_is_not_answered() {
    for text in ["", "garbage\n", "OpenSSH_9.2p1, OpenSSL 3\n", "\u{0}\u{1b}[2J"] {
        let case = Case { log: text.to_owned(), output: "", stopped: true };
        assert_eq!(names(&case, &[]), "", "{text:?}");
    }
    let cut = ENCRYPTED.split_inclusive('\n').take(8).collect::<String>();
    assert_eq!(names(&Case { log: cut, output: "", stopped: true }, &[]), "");
}

#[test]
fn refusals() {
    let denied = "alice@box: Permission denied (publickey).\n";
    check_login(&[METHODS, OFFERED, denied], "login=denied key-outcome=refused auth-words=nothing");
    check_login(
        &[METHODS, "debug1: No more authentication methods to try.\n", denied],
        "login=denied key-outcome=none-to-offer auth-words=nothing",
    );
    let password = "alice@box: Permission denied (publickey,password).\n";
    check_login(
        &[
            &METHODS.replace("continue: publickey", "continue: publickey,password"),
            OFFERED,
            password,
        ],
        "login=needs-secret key-outcome=refused auth-words=nothing",
    );
    let hostbased = "debug1: Authentications that can continue: hostbased\n\
                     alice@box: Permission denied (hostbased).\n";
    check_login(&[hostbased], "login=no-method auth-words=nothing");
    let partial = "debug3: send packet: type 50\n\
                   Authenticated using \"publickey\" with partial success.\n\
                   alice@box: Permission denied (password).\n";
    check_login(
        &[METHODS, OFFERED, ACCEPTED, partial],
        "login=needs-secret key-outcome=accepted auth-words=nothing",
    );
    let second_key = partial.replace("(password)", "(publickey)");
    check_login(
        &[METHODS, OFFERED, ACCEPTED, &second_key],
        "login=partial-only key-outcome=accepted auth-words=nothing",
    );
    // In batch mode ssh asks for no passphrase and goes on without a word.
    check_login(
        &[METHODS, OFFERED, ACCEPTED, denied],
        "login=needs-secret key-outcome=accepted auth-words=nothing",
    );
    let many = "Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures\n\
                Disconnected from 192.0.2.7 port 22\n";
    check_login(
        &[METHODS, OFFERED, OFFERED, many],
        "login=too-many-failures key-outcome=refused auth-words=other-words",
    );
}

#[test]
fn troubles_of_our_own_keys() {
    let denied = "alice@box: Permission denied (publickey).\n";
    let check = |trouble: &str, answer: &str| {
        let expected = format!("login=denied key-outcome={answer} auth-words=nothing");
        check_login(&[METHODS, OFFERED, ACCEPTED, trouble, denied], &expected);
    };
    check("Permissions 0644 for '/k' are too open.\n", "ignored");
    check("Load key \"/k\": error in libcrypto\n", "malformed");
    check(
        "sign_and_send_pubkey: signing failed for ED25519 \"/k\" from agent: agent refused operation\n",
        "unsigned",
    );
    check_login(
        &[METHODS, "debug1: send_pubkey_test: no mutual signature algorithm\n", denied],
        "login=denied key-outcome=algorithm-refused auth-words=nothing",
    );
    let certificate = OFFERED.replace("ED25519 ", "ED25519-CERT ");
    check_login(
        &[METHODS, &certificate, OFFERED, denied],
        "login=denied key-outcome=certificate-refused auth-words=nothing",
    );
}

#[test]
fn ends_without_words() {
    let closed = "Connection closed by 192.0.2.7 port 22\n";
    check_login(
        &["debug3: send packet: type 5\n", closed],
        "login=closed-early auth-words=nothing",
    );
    check_login(&[METHODS, OFFERED, closed], "login=closed-between auth-words=nothing");
    let sent = "debug3: send packet: type 50\n";
    check_login(
        &[METHODS, OFFERED, ACCEPTED, sent, closed],
        "login=closed-after-key key-outcome=accepted auth-words=nothing",
    );
    check_login(
        &[METHODS, OFFERED, ACCEPTED, sent, "Connection reset by 192.0.2.7 port 22\n"],
        "login=reset-after-key key-outcome=accepted auth-words=nothing",
    );
    let log = log(&[ENCRYPTED, METHODS, OFFERED]);
    let hung = Case { log: log.clone(), output: "", stopped: true };
    assert_eq!(names(&hung, &[]), "host-key=known login=silent");
    assert_eq!(names(&Case { stopped: false, ..hung }, &[]), "host-key=known");
}

#[test]
fn words_count_only_where_pam_speaks() {
    let expired = "Your account has expired; please contact your system administrator.\n";
    let sent = "debug3: send packet: type 50\n";
    let closed = "Connection closed by 192.0.2.7 port 22\r\n";
    let before = log(&[ENCRYPTED]);
    let banner = "Property of Example.\n";
    let middle = log(&[METHODS, OFFERED, ACCEPTED, sent]);
    for (words, expected) in
        [(expired, "account-expired"), ("Go away.\n", "other-words"), ("", "nothing")]
    {
        // The server's words end in LF alone.
        let log = format!("{before}{banner}{middle}{words}{closed}");
        let case = Case { log, output: "", stopped: false };
        let found = names(&case, &[]);
        assert!(found.ends_with(&format!("auth-words={expected}")), "{words}: {found}");
    }
}

#[test]
fn sessions() {
    let exit = |status: i32| format!("debug1: Exit status {status}\n");
    let closed = "Connection to box closed.\n";
    check_session(&[PTY, RUNS, closed, &exit(0)], "sshwhy\r\n", "session=starts terminal=given");
    check_session(&[PTY, RUNS, &exit(0)], "hi\r\nsshwhy\r\n", "session=starts terminal=given");
    check_session(&[RUNS, &exit(0)], "sshwhy\n", "session=starts startup-output=clean");
    check_session(&[RUNS, &exit(0)], "hi\nsshwhy\n", "session=starts startup-output=noisy");
    check_session(&[RUNS, &exit(0)], "", "session=exits-at-once");
    check_session(&[RUNS, &exit(1)], "", "session=no-shell");
    check_session(
        &[RUNS, &exit(1)],
        "This account is currently not available.\n",
        "session=no-shell",
    );
    check_session(
        &[RUNS, &exit(127)],
        "bash: line 1: x: command not found\n",
        "session=command-missing",
    );
    check_session(&[RUNS, &exit(254)], "", "session=not-opened");
    check_session(&[RUNS, &exit(255)], "", "session=closed");
    let forced = "debug1: Remote: /home/a/.ssh/authorized_keys:1: key options: command pty\n";
    check_session(&[forced, RUNS, &exit(3)], "menu\n", "session=starts");
    check_session(&[forced, RUNS, &exit(127)], "", "session=command-missing");
    check_session(&["PTY allocation request failed on channel 0\n"], "", "terminal=refused");
    check_session(
        &["channel 0: open failed: connect failed: open failed\n"],
        "",
        "session=open-refused",
    );
    check_session(&["exec request failed on channel 0\n"], "", "session=request-refused");
    check_session(&["client_loop: send disconnect: Broken pipe\n"], "", "session=reset");
    check_session(&["Connection to box closed by remote host.\n", closed], "", "session=closed");
    check_session(
        &[
            "ssh_dispatch_run_fatal: Connection to 192.0.2.7 port 22: message authentication code incorrect\n",
        ],
        "",
        "session=corrupted",
    );
}

#[test]
fn an_expired_password_stands_in_the_place_of_the_shell() {
    let log = log(&[ENCRYPTED, METHODS, OFFERED, ACCEPTED, LOGGED_IN, PTY, RUNS]);
    let output = "WARNING: Your password has expired.\r\nCurrent password: ";
    let found = names(&Case { log, output, stopped: true }, &[]);
    assert!(
        found.ends_with("auth-words=password-expired session=exits-at-once terminal=given"),
        "{found}"
    );
}

#[test]
fn the_slowest_step_is_named() {
    let whole =
        log(&[ENCRYPTED, METHODS, OFFERED, ACCEPTED, LOGGED_IN, RUNS, "debug1: Exit status 0\n"]);
    let lines: Vec<&str> = whole.lines().collect();
    let slow = |from: &str| {
        let at = lines.iter().position(|l| l.contains(from)).unwrap();
        let time = |i: usize| Duration::from_secs(if i > at { 5 } else { 0 });
        let times: Vec<Duration> = (0..lines.len()).map(time).collect();
        let case = Case { log: whole.clone(), output: "sshwhy\n", stopped: false };
        let found = names(&case, &times);
        found.split(' ').find(|a| a.starts_with("slow-step")).unwrap_or_default().to_owned()
    };
    assert_eq!(slow("Local version"), "slow-step=banner");
    assert_eq!(slow("expecting"), "slow-step=key-exchange");
    assert_eq!(slow("SERVICE_ACCEPT"), "slow-step=before-methods");
    assert_eq!(slow("we sent a publickey"), "slow-step=key");
    assert_eq!(slow("callback start"), "slow-step=opening");
    // The user looks for the token: that is not the server's time.
    assert_eq!(slow("signing using"), "slow-step=nothing");
    assert_eq!(slow("Exit status"), "slow-step=nothing");
}

#[test]
fn a_wait_that_ends_in_a_close_is_a_limit() {
    let sent = "debug3: send packet: type 50\n";
    let closed = "Connection closed by 192.0.2.7 port 22\n";
    let whole = log(&[ENCRYPTED, METHODS, OFFERED, ACCEPTED, sent, closed]);
    let count = whole.lines().count();
    let last = |seconds: u64| -> String {
        let time = |i| Duration::from_secs(if i + 1 == count { seconds } else { 0 });
        let times: Vec<Duration> = (0..count).map(time).collect();
        let found = names(&Case { log: whole.clone(), output: "", stopped: false }, &times);
        found.split(' ').find(|a| a.starts_with("slow-step")).unwrap_or_default().to_owned()
    };
    assert_eq!(last(2), "slow-step=key");
    assert_eq!(last(1), "slow-step=nothing");
}
