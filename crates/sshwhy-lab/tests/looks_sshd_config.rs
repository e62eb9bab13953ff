//! What the looks at sshd's configuration and limits say on hosts with one fault each, and that they blame no sound one.
#![allow(clippy::print_stdout, reason = "a test says how it went")]

mod support;

use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use sshwhy::inspect::LOOKS;
use sshwhy::inspect::host::Host as Looked;
use sshwhy::sys::cancel::Cancel;
use sshwhy_core::model::flow::Flow;
use sshwhy_lab::network::Network;
use sshwhy_lab::run;
use sshwhy_lab::scenario;
use sshwhy_lab::tool;

/// The first argument that makes this executable take the looks of the host that it runs in.
const LOOK: &str = "look-here";

/// The looks that this is about.
const NAMES: [&str; 2] = ["sshd_config", "startups"];

/// What they answer on a sound host.
const SOUND: [(&str, &str); 8] = [
    ("server-config", "valid"),
    ("server-algorithms", "usual"),
    ("user-gate", "admits"),
    ("server-methods", "key-enough"),
    ("grace-time", "ample"),
    ("auth-tries", "ample"),
    ("forwarding-policy", "allows"),
    ("startups", "room"),
];

/// A fault: the scenario, the answer that it brings, and what shows it.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("sshd-config-broken", "server-config", "invalid", "lab.conf:1 PermitRootLogins yes: Bad"),
    ("cipher-no-match", "server-algorithms", "old-cipher", "lab.conf:1 Ciphers aes128-cbc"),
    ("kex-no-match", "server-algorithms", "old-kex", "lab.conf:1 KexAlgorithms"),
    ("mac-no-match", "server-algorithms", "old-mac", "lab.conf:2 MACs hmac-md5"),
    ("hostkey-sha1-only", "server-algorithms", "sha1-host-key", "lab.conf:2 HostKeyAlgorithms"),
    ("user-denied", "user-gate", "not-allowed", "lab.conf:1 DenyUsers alice"),
    ("connection-refused-by-match", "user-gate", "prohibited", "lab.conf:2 RefuseConnection yes"),
    ("no-key-method", "server-methods", "no-key", "lab.conf:1 PubkeyAuthentication no"),
    ("grace-expired", "grace-time", "short", "lab.conf:1 LoginGraceTime 3"),
    ("forward-refused", "forwarding-policy", "forbids", "lab.conf:1 AllowTcpForwarding no"),
    ("idle-channel-closed", "idle-policy", "ends-channels", "lab.conf:1 ChannelTimeout"),
    ("maxstartups-hard", "startups", "full", "lab.conf:1 3 connections are not logged in"),
    (
        "maxstartups-random",
        "startups",
        "dice",
        "10:50:100 drops 50 % of new ones, and at least one of 3 tries in 88 %",
    ),
    ("per-source-limit", "source-limit", "reached", "lab.conf:1 1 connections of 10.77.1.2/32"),
];

const CONTROLS: &[&str] = &["plain-host", "plain-new-host", "modern-only"];

type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("faults_are_named", faults_are_named),
    ("sound_hosts_are_not_blamed", sound_hosts_are_not_blamed),
    ("lines_without_effect", lines_without_effect),
    ("what_is_not_known_stays_open", what_is_not_known_stays_open),
    ("what_runs_and_what_is_written", what_runs_and_what_is_written),
    ("without_privileges_little_is_said", without_privileges_little_is_said),
];

/// As cargo's own harness, runs the tests whose names contain one of the words.
fn main() -> ExitCode {
    tool::dispatch();
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = words.as_slice()
        && first == LOOK
    {
        look_here(rest);
        return ExitCode::SUCCESS;
    }
    if !support::ready() {
        return ExitCode::SUCCESS;
    }
    let filters: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|f| name.contains(f.as_str()));
    let mut failed = false;
    for (name, test) in TESTS.iter().filter(|(name, _)| wanted(name)) {
        let passed = std::panic::catch_unwind(test).is_ok();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        failed |= !passed;
    }
    ExitCode::from(u8::from(failed))
}

/// Takes the looks for a client's address and perhaps a user, and prints what they saw.
fn look_here(words: &[String]) {
    let flow = Flow {
        source: words[0].parse().expect("an address"),
        source_port: None,
        destination: "10.77.2.2".parse().expect("an address"),
        port: 22,
        interface: None,
    };
    let host = Looked::new(flow, words.get(1).cloned(), Cancel::new());
    LOOKS.iter().filter(|look| NAMES.contains(&look.name)).for_each(|look| (look.run)(&host));
    let seen = host.take_seen();
    let line = json!({
        "observations": seen.observations,
        "not_assessed": seen.not_assessed,
        "warnings": seen.warnings,
    });
    println!("{line}");
}

/// What the looks saw on a host.
struct Seen(Value);

impl Seen {
    /// The answer to a question, and its source and text.
    fn answer(&self, question: &str) -> Option<(String, String)> {
        let all = self.0["observations"].as_array().expect("observations");
        let mut of = all.iter().filter(|o| o["question"] == question);
        let found = of.next()?;
        assert!(of.next().is_none(), "{question} has two answers: {}", self.0);
        let word = |key: &str| found[key].as_str().unwrap_or_default();
        Some((word("answer").to_owned(), format!("{} {}", word("source"), word("text"))))
    }

    fn check(&self, question: &str, answer: &str, words: &str) {
        let (said, shown) =
            self.answer(question).unwrap_or_else(|| panic!("{question}: {}", self.0));
        assert_eq!(said, answer, "{question}: {shown}");
        assert!(shown.contains(words), "{question}: {shown} lacks {words}");
    }

    /// Of the other questions, those that are answered are sound.
    fn check_nothing_else(&self, but: &str) {
        for (question, answer) in SOUND.iter().filter(|(question, _)| *question != but) {
            if let Some((said, shown)) = self.answer(question) {
                assert_eq!(said, *answer, "{question}: {shown}");
            }
        }
    }

    fn words(&self, list: &str) -> String {
        let list = self.0[list].as_array().expect("a list");
        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Takes the looks inside the server. An open descriptor reaches this executable from any file system.
fn look(network: &Network, program: &str, words: &str) -> Seen {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- {program} /proc/self/fd/3 {LOOK} {words}",
            network.server.pid()
        ))
        .arg(std::env::current_exe().expect("this test"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("looks");
    let said = String::from_utf8_lossy(&output.stdout);
    Seen(serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}")))
}

const ALICE: &str = "10.77.1.2 alice";

fn bring_up(slug: &str) -> Network {
    run::bring_up(scenario::find(slug).expect(slug)).expect(slug)
}

fn faults_are_named() {
    for (slug, question, answer, words) in FAULTS {
        println!("  {slug}");
        let network = bring_up(slug);
        let seen = look(&network, "", ALICE);
        seen.check(question, answer, words);
        seen.check_nothing_else(question);
    }
}

fn sound_hosts_are_not_blamed() {
    for slug in CONTROLS {
        println!("  {slug}");
        let network = bring_up(slug);
        for user in ["alice", "root"] {
            let seen = look(&network, "", &format!("10.77.1.2 {user}"));
            for (question, answer) in SOUND {
                seen.check(question, answer, "");
            }
            seen.check("idle-policy", "keeps", "");
            assert_eq!(seen.words("warnings"), "", "{slug} {user}");
            assert_eq!(seen.words("not_assessed"), "", "{slug} {user}");
        }
    }
}

fn lines_without_effect() {
    let network = bring_up("plain-host");
    let config = "UseLogin no\nMaxAuthTries 6\nMaxAuthTries 1\nPerSourceNetBlockSize 24\n";
    network.server.write("/etc/ssh/sshd_config.d/lab.conf", config).expect("a file");
    let seen = look(&network, "", ALICE);
    seen.check("server-config", "valid", "");
    seen.check("auth-tries", "ample", "lab.conf:2 MaxAuthTries 6");
    let warnings = seen.words("warnings");
    for words in [
        "lab.conf:1: Deprecated option uselogin",
        "lab.conf:3: MaxAuthTries 1: without effect: /etc/ssh/sshd_config.d/lab.conf:2",
        "lab.conf:4: PerSourceNetBlockSize 24:0: all IPv6 clients",
    ] {
        assert!(warnings.contains(words), "{warnings} lacks {words}");
    }
    // What is wrong waits for the next start.
    network.server.write("/etc/ssh/sshd_config.d/z.conf", "UseLogin no\nPort x\n").expect("a file");
    let seen = look(&network, "", ALICE);
    assert_eq!(seen.answer("server-config"), None);
    assert!(seen.words("warnings").contains("z.conf:2: Port x: Badly formatted"), "{}", seen.0);
    // A missing folder is no fault of the configuration.
    network.server.sh("rm /etc/ssh/sshd_config.d/z.conf; rmdir /run/sshd").expect("no folder");
    look(&network, "", ALICE).check("server-config", "valid", "");
}

fn what_is_not_known_stays_open() {
    let network = bring_up("plain-host");
    let config = "Match User bob\nPubkeyAuthentication no\nMatch LocalPort 2222\nMaxAuthTries 1\n\
                  Match Group alice\nAllowUsers alice\n";
    network.server.write("/etc/ssh/sshd_config.d/lab.conf", config).expect("a file");
    let seen = look(&network, "", "10.77.1.2");
    assert_eq!(seen.answer("server-methods"), None);
    assert!(seen.words("not_assessed").contains("lab.conf:1: Match User bob: depends on the user"));
    seen.check("auth-tries", "ample", "");
    let seen = look(&network, "", ALICE);
    seen.check("server-methods", "key-enough", "");
    seen.check("user-gate", "admits", "lab.conf:6 AllowUsers alice");
    // Without a client nothing is known of its address.
    network
        .server
        .sh("echo 'Match Address 10.77.3.0/24\nDenyUsers *' >> /etc/ssh/sshd_config.d/lab.conf")
        .expect("a line");
    assert_eq!(look(&network, "", "0.0.0.0 alice").answer("user-gate"), None);
    look(&network, "", ALICE).check("user-gate", "admits", "");
    look(&network, "", "10.77.3.9 alice").check(
        "user-gate",
        "not-allowed",
        "lab.conf:8 DenyUsers *",
    );
}

fn what_runs_and_what_is_written() {
    let network = bring_up("maxstartups-hard");
    let config = "MaxStartups 50:30:100\n";
    network.server.write("/etc/ssh/sshd_config.d/lab.conf", config).expect("a file");
    let seen = look(&network, "", ALICE);
    seen.check("startups", "full", "3 connections are not logged in");
    assert!(seen.words("warnings").contains("was not reloaded"), "{}", seen.0);
    // Another file, and options.
    let network = bring_up("plain-host");
    let server = &network.server;
    server.write("/tmp/other", "LoginGraceTime 2\nDenyUsers bob\n").expect("a file");
    server
        .sh("pkill -o sshd; sleep 0.2; /usr/sbin/sshd -f /tmp/other -o 'DenyUsers=alice' -g 30")
        .expect("sshd");
    server.await_listener(22).expect("sshd");
    let seen = look(&network, "", ALICE);
    seen.check("user-gate", "not-allowed", "command-line:1 DenyUsers alice");
    seen.check("grace-time", "ample", "command-line:1 LoginGraceTime 30");
}

fn without_privileges_little_is_said() {
    let network = bring_up("per-source-limit");
    let program = "setpriv --reuid 1500 --regid 1500 --clear-groups";
    let seen = look(&network, program, ALICE);
    seen.check("startups", "room", "1 connections are not logged in");
    assert_eq!(seen.answer("source-limit"), None);
    assert!(seen.words("not_assessed").contains("PerSourceMaxStartups"), "{}", seen.0);
    network.server.write("/etc/ssh/sshd_config.d/z.conf", "OfThisBuild yes\n").expect("a file");
    let seen = look(&network, program, ALICE);
    assert_eq!(seen.answer("server-config"), None);
    assert!(
        seen.words("not_assessed").contains("z.conf:1: Bad configuration option"),
        "{}",
        seen.0
    );
    assert!(!seen.words("warnings").contains("z.conf"), "{}", seen.0);
}
