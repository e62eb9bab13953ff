//! What the look at TCP wrappers says, beside what sshd itself does to the client.
#![allow(clippy::print_stdout, reason = "a test says how it went")]

mod support;

use std::process::{Command, ExitCode, Stdio};

use serde_json::{Value, json};
use sshwhy::inspect::LOOKS;
use sshwhy::inspect::host::Host as Looked;
use sshwhy::sys::cancel::Cancel;
use sshwhy_core::model::flow::Flow;
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::{run, scenario, tool};

/// The first argument that makes this executable take the look of the host that it runs in.
const LOOK: &str = "look-here";

/// hosts.allow, hosts.deny, the answer (none when it is left open), and words that show it. `None` for a file: there is none.
type Case = (Option<&'static str>, Option<&'static str>, Option<&'static str>, &'static str);

const CASES: &[Case] = &[
    (None, None, Some("admit"), "there are no such files"),
    (None, Some("ALL: ALL EXCEPT 10.77.1.\n"), Some("admit"), "no line of /etc/hosts.allow"),
    // The name is looked up, since the rule needs it.
    (Some("sshd: client\n"), Some("ALL: ALL\n"), Some("admit"), "/etc/hosts.allow:1 sshd: client"),
    (Some("sshd: 10.77.1.2\n"), Some("vsftpd: 1.2.3.4"), Some("admit"), "/etc/hosts.allow:1"),
    (None, Some("# a\nvsftpd: 1.2.3.4"), Some("deny"), "/etc/hosts.deny:2 vsftpd: 1.2.3.4"),
    (Some("sshd: 10.77.1.2/24\n"), Some("22: 10.77.\n"), Some("deny"), "/etc/hosts.deny:1"),
    (Some("sshd: @staff\n"), Some("ALL: ALL\n"), None, "/etc/hosts.allow:1 (sshd: @staff) admits"),
];

/// As cargo's own harness, but that this executable is also what looks inside a host.
fn main() -> ExitCode {
    tool::dispatch();
    if std::env::args().nth(1).as_deref() == Some(LOOK) {
        look_here();
        return ExitCode::SUCCESS;
    }
    if !support::ready() {
        return ExitCode::SUCCESS;
    }
    let plain = scenario::find("plain-host").expect("plain-host");
    let network = run::bring_up(plain).expect("plain-host");
    for case in CASES {
        check(&network, case);
    }
    newer_sshd();
    println!("test we_say_what_sshd_does ... ok");
    ExitCode::SUCCESS
}

fn check(network: &Network, (allow, deny, answer, words): &Case) {
    for (path, text) in [("/etc/hosts.allow", allow), ("/etc/hosts.deny", deny)] {
        match text {
            Some(text) => network.server.write(path, text).expect(path),
            None => drop(network.server.sh(&format!("rm -f {path}")).expect(path)),
        }
    }
    let seen = look(&network.server);
    println!("  {allow:?} {deny:?}: {seen}");
    let observed = &seen["observations"][0];
    assert_eq!(observed["answer"].as_str(), *answer, "{seen}");
    let source = observed["source"].as_str().unwrap_or_default();
    let text = observed["text"].as_str().unwrap_or_default();
    let open = seen["not_assessed"][0].as_str().unwrap_or_default();
    assert!(format!("{source} {text}{open}").contains(words), "{seen} lacks {words}");
    // An answer is only right if sshd does so.
    if let Some(answer) = answer {
        let login = network.client.try_sh("ssh -o BatchMode=yes alice@server true").expect("ssh");
        assert_eq!(
            login.status.success(),
            *answer == "admit",
            "{allow:?} {deny:?}: {}",
            login.stderr
        );
    }
}

/// Since 9.8 sshd-session asks libwrap, not the sshd that listens, and calls itself sshd.
fn newer_sshd() {
    let plain = scenario::find("plain-new-host").expect("plain-new-host");
    let network = run::bring_up(plain).expect("plain-new-host");
    let deny = Some("sshd-session: ALL\n");
    check(&network, &(None, deny, Some("admit"), "no line of /etc/hosts.allow"));
    check(&network, &(None, Some("sshd: ALL\n"), Some("deny"), "/etc/hosts.deny:1 sshd: ALL"));
}

fn look_here() {
    let flow = Flow {
        source: "10.77.1.2".parse().expect("an address"),
        source_port: None,
        destination: "10.77.2.2".parse().expect("an address"),
        port: 22,
        interface: None,
    };
    let host = Looked::new(flow, None, Cancel::new());
    LOOKS.iter().filter(|look| look.name == "wrappers").for_each(|look| (look.run)(&host));
    let seen = host.take_seen();
    let line = json!({
        "observations": seen.observations,
        "not_assessed": seen.not_assessed,
        "warnings": seen.warnings,
    });
    println!("{line}");
}

/// Takes the look inside a host. An open descriptor reaches this executable from any file system.
fn look(host: &Host) -> Value {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- /proc/self/fd/3 {LOOK}",
            host.pid()
        ))
        .arg(std::env::current_exe().expect("this test"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("the look");
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"))
}
