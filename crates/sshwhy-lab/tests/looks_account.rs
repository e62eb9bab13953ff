//! What the looks at sshd's files and at one account say on hosts with one fault each, and that
//! they blame no sound one.
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
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::run;
use sshwhy_lab::scenario;
use sshwhy_lab::tool;

/// The first argument that makes this executable take the looks of the host that it runs in.
const LOOK: &str = "look-here";

/// The looks that this is about.
const NAMES: [&str; 10] = [
    "host_keys",
    "privsep_dir",
    "helpers",
    "account",
    "authorized_keys",
    "pam",
    "nologin",
    "reverse_lookup",
    "limits",
    "session_ground",
];

/// What they answer on a sound host.
const SOUND: [(&str, &str); 10] = [
    ("host-key-files", "usable"),
    ("privsep-dir", "sound"),
    ("helpers", "present"),
    ("account", "sound"),
    ("key-file", "usable"),
    ("login-modules", "admit"),
    ("no-login-file", "absent"),
    ("reverse-lookup", "quick"),
    ("session-limits", "room"),
    ("session-ground", "sound"),
];

/// A fault: the scenario, the answer that it brings, and the source or text that shows it.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("privsep-dir-removed", "privsep-dir", "missing", "/run/sshd"),
    ("helper-missing", "helpers", "missing", "/usr/lib/openssh/sshd-session"),
    ("account-locked", "account", "locked", "/etc/shadow:"),
    ("account-expired", "account", "expired", "/etc/shadow:"),
    ("password-expired", "account", "password-expired", "/etc/shadow:"),
    ("shell-missing", "account", "no-shell", "/bin/fish-that-left"),
    ("shell-nologin", "account", "no-shell", "/usr/sbin/nologin"),
    ("home-writable", "key-file", "bad-modes", "/home/alice: mode 777"),
    ("keys-elsewhere", "key-file", "elsewhere", "/etc/ssh/sshd_config.d/lab.conf:1"),
    ("access-denied-by-pam", "login-modules", "deny", "/etc/security/access.conf:1 -:alice:ALL"),
    ("nologin-file", "no-login-file", "present", "/etc/nologin it says: System is going down"),
    ("logins-limited", "session-limits", "logins-reached", "/etc/security/limits.conf:"),
    ("processes-limited", "session-limits", "processes-reached", "/etc/security/limits.conf:"),
    ("sessions-none", "session-limits", "no-sessions", "/etc/ssh/sshd_config.d/lab.conf:1"),
    ("chroot-writable", "session-ground", "bad-chroot", "/home/alice"),
    ("lookup-slow", "reverse-lookup", "slow", "10.77.1.2"),
];

/// Nothing is wrong on their servers; what of the answers is not given there.
const CONTROLS: &[(&str, &[&str])] = &[
    ("plain-host", &[]),
    ("plain-new-host", &[]),
    // The keys come from elsewhere; that is not judged.
    ("certificate-valid", &["key-file"]),
    ("login-banner", &[]),
];

type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("faults_are_named", faults_are_named),
    ("sound_hosts_are_not_blamed", sound_hosts_are_not_blamed),
    ("an_account_that_is_not_there", an_account_that_is_not_there),
    ("accounts_that_look_odd_and_are_sound", accounts_that_look_odd_and_are_sound),
    ("host_keys_that_do_not_load", host_keys_that_do_not_load),
    ("keys_and_their_options", keys_and_their_options),
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

/// Takes the looks for a user and prints what they saw.
fn look_here(words: &[String]) {
    let flow = Flow {
        source: "10.77.1.2".parse().expect("an address"),
        source_port: None,
        destination: "10.77.2.2".parse().expect("an address"),
        port: 22,
        interface: None,
    };
    let host = Looked::new(flow, words.first().cloned(), Cancel::new());
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

    /// All is sound but for some questions.
    fn check_sound(&self, but: &[&str]) {
        for (question, answer) in SOUND.iter().filter(|(question, _)| !but.contains(question)) {
            self.check(question, answer, "");
        }
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

/// Takes the looks inside a host. An open descriptor reaches this executable from any file system.
fn look(host: &Host, program: &str, user: &str) -> Seen {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- {program} /proc/self/fd/3 {LOOK} {user}",
            host.pid()
        ))
        .arg(std::env::current_exe().expect("this test"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("looks");
    let said = String::from_utf8_lossy(&output.stdout);
    Seen(serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}")))
}

fn bring_up(slug: &str) -> Network {
    run::bring_up(scenario::find(slug).expect(slug)).expect(slug)
}

fn faults_are_named() {
    for (slug, question, answer, words) in FAULTS {
        println!("  {slug}");
        let network = bring_up(slug);
        let seen = look(&network.server, "", "alice");
        seen.check(question, answer, words);
        seen.check_nothing_else(question);
    }
}

fn sound_hosts_are_not_blamed() {
    for (slug, open) in CONTROLS {
        println!("  {slug}");
        let network = bring_up(slug);
        for user in ["alice", "root"] {
            let seen = look(&network.server, "", user);
            seen.check_sound(open);
            for question in *open {
                assert_eq!(seen.answer(question), None, "{slug} {user}");
            }
            assert_eq!(seen.words("warnings"), "", "{slug} {user}");
            assert_eq!(seen.words("not_assessed").is_empty(), open.is_empty(), "{}", seen.0);
        }
    }
}

fn an_account_that_is_not_there() {
    let network = bring_up("user-missing");
    let seen = look(&network.server, "", "bob");
    seen.check("account", "unknown", "bob");
    assert_eq!(seen.answer("key-file"), None, "{}", seen.0);
}

fn accounts_that_look_odd_and_are_sound() {
    let network = bring_up("plain-host");
    for change in [
        "usermod --lock alice",
        "usermod --lock root",
        "usermod -p '*' alice",
        "chmod 775 /home/alice /home/alice/.ssh",
        "mv /home/alice /srv/alice; ln -s /srv/alice /home/alice",
        "echo '* hard nproc 4000' >> /etc/security/limits.conf",
        "echo 'bob hard maxlogins 0' >> /etc/security/limits.conf",
        "echo '-:ALL EXCEPT alice root:ALL' >> /etc/security/access.conf
         sed -i '1i account required pam_access.so' /etc/pam.d/sshd",
    ] {
        network.server.sh(change).expect(change);
        network.client.sh("ssh -o BatchMode=yes alice@server true").expect(change);
        println!("  {change}");
        look(&network.server, "", "alice").check_sound(&[]);
    }
}

fn host_keys_that_do_not_load() {
    let network = bring_up("plain-host");
    let server = &network.server;
    server.sh("chmod 644 /etc/ssh/ssh_host_*_key").expect("modes");
    let seen = look(server, "", "alice");
    seen.check("host-key-files", "bad-modes", "mode 644");
    server.sh("rm /etc/ssh/ssh_host_*_key").expect("no keys");
    let seen = look(server, "", "alice");
    seen.check("host-key-files", "missing", "/etc/ssh/ssh_host_ed25519_key does not exist");
    server.sh("chmod 777 /run/sshd").expect("modes");
    look(server, "", "alice").check("privsep-dir", "unsafe", "/run/sshd: mode 777");
}

fn keys_and_their_options() {
    let network = bring_up("plain-host");
    let keys = "/home/alice/.ssh/authorized_keys";
    let check = |change: &str, answer: &str, words: &str, logs_in: bool| {
        network.server.sh(&format!("{change} {keys}")).expect(change);
        let login = network.client.try_sh("ssh -o BatchMode=yes alice@server true").expect(change);
        assert_eq!(login.status.success(), logs_in, "{change}: {}", login.stderr);
        println!("  {change}");
        look(&network.server, "", "alice").check("key-file", answer, words);
    };
    check("sed -i 's/^/from=\"10.77.1.0\\/24\",restrict /'", "usable", ":1 ssh-ed25519", true);
    check("sed -i 's/10.77.1.0/10.77.3.0/'", "source-excluded", "from=\"10.77.3.0/24\"", false);
    check("sed -i 's/10.77.3.0.24/server,!client/'", "source-excluded", ":1 ", false);
    check("sed -i 's/^[^ ]* //'", "usable", ":1 ", true);
    check("chmod 666", "bad-modes", "authorized_keys: mode 666", false);
    check("chmod 600", "usable", "", true);
    check("chown root", "bad-modes", "alice may not read", false);
    check("rm", "missing", "there is no /home/alice/.ssh/authorized_keys", false);
}

fn without_privileges_little_is_said() {
    let network = bring_up("account-locked");
    let program = "setpriv --reuid 1500 --regid 1500 --clear-groups";
    let seen = look(&network.server, program, "alice");
    assert_eq!(seen.answer("account"), None, "{}", seen.0);
    assert_eq!(seen.answer("host-key-files"), None, "{}", seen.0);
    assert!(seen.words("not_assessed").contains("/etc/shadow"), "{}", seen.0);
    seen.check("key-file", "usable", "/home/alice/.ssh/authorized_keys:1");
    seen.check("privsep-dir", "sound", "/run/sshd");
}
