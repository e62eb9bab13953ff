//! What the looks at the kernel say on hosts with one fault each, and that they blame no sound one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tests speak")]

use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use sshwhy::inspect::LOOKS;
use sshwhy::sys::cancel::Cancel;
use sshwhy_core::model::flow::Flow;
use sshwhy_lab::fault::{crowd, daemon};
use sshwhy_lab::host::Host;
use sshwhy_lab::install;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::tool;

/// A test that panics when it fails.
type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    ("a_sound_host_is_not_blamed", a_sound_host_is_not_blamed),
    ("nothing_and_elsewhere", nothing_and_elsewhere),
    ("other_family", other_family),
    ("stopped_and_full", stopped_and_full),
    ("ways_back", ways_back),
];

/// The first argument that makes this executable take the looks of the host that it runs in.
const LOOK: &str = "look-here";

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
    if !ready() {
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

/// Takes looks and prints what they saw: `CLIENT SERVER PORT INTERFACE|- [LOOK]`.
fn look_here(words: &[String]) {
    let [client, server, port, interface, names @ ..] = words else { panic!("{words:?}") };
    let flow = Flow {
        source: client.parse().expect("an address"),
        source_port: None,
        destination: server.parse().expect("an address"),
        port: port.parse().expect("a port"),
        interface: Some(interface.clone()).filter(|name| name != "-"),
    };
    let user = Some("alice".to_owned());
    let host = sshwhy::inspect::host::Host::new(flow, user, Cancel::new());
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    LOOKS.iter().filter(|look| wanted(look.name)).for_each(|look| (look.run)(&host));
    let seen = host.take_seen();
    let line = json!({
        "observations": seen.observations,
        "not_assessed": seen.not_assessed,
        "warnings": seen.warnings,
    });
    println!("{line}");
}

const CLIENT: &str = "10.77.1.2";
const SERVER: &str = "10.77.2.2";

/// Whether the lab can run. Root without the packages is a failure: `cargo xtask test` installs
/// them.
fn ready() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !root {
        eprintln!("skipped: not root");
        return false;
    }
    assert_eq!(install::missing(), Vec::<&str>::new(), "packages of the lab are missing");
    true
}

/// What the looks saw on a host.
struct Seen(Value);

impl Seen {
    /// The answers to a question with what shows them: `listens: sshd (pid 7) listens on …`.
    fn answers(&self, question: &str) -> Vec<String> {
        let all = self.0["observations"].as_array().expect("observations");
        let of = all.iter().filter(|o| o["question"] == question);
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        of.map(|o| format!("{}: {}", word(&o["answer"]), word(&o["text"]))).collect()
    }

    fn words(&self, list: &str) -> String {
        let list = self.0[list].as_array().expect("a list");
        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Takes looks inside a host, as root.
fn look(host: &Host, arguments: &str) -> Seen {
    look_as(host, "", arguments)
}

/// The same by way of another program, such as setpriv. An open descriptor reaches this executable
/// from any file system.
fn look_as(host: &Host, program: &str, arguments: &str) -> Seen {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- {program} /proc/self/fd/3 {LOOK} {arguments}",
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

/// A network; no daemon runs yet.
fn network() -> Network {
    Network::start(Root::Machine).expect("a network")
}

fn check(seen: &Seen, question: &str, answer: &str, words: &[&str]) {
    let answers = seen.answers(question);
    let [said] = answers.as_slice() else { panic!("{question}: {answers:?} of {}", seen.0) };
    assert!(said.starts_with(&format!("{answer}: ")), "{question}: {said}");
    for word in words {
        assert!(said.contains(word), "{question}: {said} lacks {word}");
    }
}

fn a_sound_host_is_not_blamed() {
    let network = network();
    network.sshd().expect("sshd");
    for (client, server) in [(CLIENT, SERVER), ("fd77:1::2", "fd77:2::2")] {
        for interface in ["eth0", "-"] {
            let seen = look(&network.server, &format!("{client} {server} 22 {interface}"));
            check(&seen, "listener", "listens", &["sshd (pid ", ":22", "queue 0 of 128"]);
            check(&seen, "reply-route", "exists", &[client, "dev eth0"]);
            let warnings = seen.words("warnings");
            assert_eq!(warnings, "", "{client}");
        }
    }
}

fn nothing_and_elsewhere() {
    let network = network();
    let server = &network.server;
    let asked = format!("{CLIENT} {SERVER} 22 eth0 listener");
    check(&look(server, &asked), "listener", "nothing", &["nothing listens on 10.77.2.2:22"]);
    server.sh("/usr/sbin/sshd -p 2222").expect("sshd");
    server.await_listener(2222).expect("a listener");
    check(&look(server, &asked), "listener", "elsewhere", &["0.0.0.0:2222", "[::]:2222"]);
    daemon::service(&network, 22, "http").expect("a service");
    check(&look(server, &asked), "listener", "other-program", &["0.0.0.0:22", "0.0.0.0:2222"]);
    server
        .sh("nft -f - <<'END'
table ip nat {
    chain pre { type nat hook prerouting priority dstnat; tcp dport 23 redirect to :2222; }
}
END
")
        .expect("a rule");
    // A port that is redirected needs no listener.
    let seen = look(server, &format!("{CLIENT} {SERVER} 23 eth0 listener"));
    assert_eq!(seen.answers("listener"), Vec::<String>::new());
    assert!(seen.words("not_assessed").contains("redirect to :2222"), "{}", seen.0);
}

fn other_family() {
    let network = network();
    network.sshd_with("AddressFamily inet6").expect("sshd");
    let seen = look(&network.server, &format!("{CLIENT} {SERVER} 22 eth0 listener"));
    check(&seen, "listener", "elsewhere", &["[::]:22 (IPv6 only)"]);
    let seen = look(&network.server, "fd77:1::2 fd77:2::2 22 eth0 listener");
    check(&seen, "listener", "listens", &["[::]:22"]);
}

fn stopped_and_full() {
    let network = network();
    network.server.sh("echo 4 > /proc/sys/net/core/somaxconn").expect("a setting");
    network.sshd().expect("sshd");
    let asked = format!("{CLIENT} {SERVER} 22 eth0 listener");
    check(&look(&network.server, &asked), "listener", "listens", &["queue 0 of 4"]);
    daemon::freeze(&network).expect("a stop");
    check(&look(&network.server, &asked), "listener", "stopped", &["stopped by a signal"]);
    crowd::hold_mute(&network, crowd::OTHER, 2).expect("a crowd");
    // An ordinary user sees neither the holder nor why, but that nobody accepts.
    let seen = look_as(&network.server, "setpriv --reuid 1500 --clear-groups", &asked);
    check(&seen, "listener", "stopped", &["a program of user 0", "queue 2 of 4"]);
    crowd::hold_mute(&network, crowd::SELF, 20).expect("a crowd");
    check(&look(&network.server, &asked), "listener", "queue-full", &["queue 5 of 4", "stopped"]);
}

/// How many packets of one try of the client the server's rp_filter drops.
fn dropped_by_reverse_path(network: &Network) -> i64 {
    let count = || -> i64 {
        let said = network.server.sh("nstat -az TcpExtIPReversePathFilter").expect("a counter");
        let line = said.lines().find(|l| l.starts_with("TcpExt")).expect("a counter");
        line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
    };
    let before = count();
    let try_once = "timeout 0.5 bash -c '< /dev/tcp/10.77.2.2/22' || true";
    network.client.sh(try_once).expect("a try");
    count() - before
}

fn ways_back() {
    let network = network();
    let server = &network.server;
    let asked =
        |client: &str, own: &str| look(server, &format!("{client} {own} 22 eth0 'reply route'"));
    for (kind, answer) in
        [("unreachable", "prohibited"), ("prohibit", "prohibited"), ("blackhole", "prohibited")]
    {
        for (client, own) in [(CLIENT, SERVER), ("fd77:1::2", "fd77:2::2")] {
            server.sh(&format!("ip route add {kind} {client}")).expect("a route");
            let line = format!("{kind} {client}");
            check(&asked(client, own), "reply-route", answer, &[line.as_str()]);
            server.sh(&format!("ip route del {kind} {client}")).expect("a route");
        }
    }
    server.sh("ip rule add to 10.77.1.0/24 prohibit priority 99").expect("a rule");
    check(
        &asked(CLIENT, SERVER),
        "reply-route",
        "prohibited",
        &["99: from all to 10.77.1.0/24 prohibit"],
    );
    server.sh("ip rule del priority 99").expect("a rule");
    // Another way back: told; dropped only where rp_filter says so.
    server
        .sh("ip link add other type veth peer name peer; ip link set other up; ip link set peer up; ip route add 10.77.1.2 dev other")
        .expect("a route");
    server.sh("echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "other-interface", &["dev other, not eth0"]);
    server.sh("echo 2 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "other-interface", &["dev other, not eth0"]);
    assert_eq!(dropped_by_reverse_path(&network), 0);
    server.sh("echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter").expect("a setting");
    check(&asked(CLIENT, SERVER), "reply-route", "reverse-path-drops", &["rp_filter = 1"]);
    assert!(dropped_by_reverse_path(&network) > 0, "the kernel itself lets it pass");
    server.sh("ip rule add fwmark 1 lookup 100").expect("a rule");
    assert_eq!(asked(CLIENT, SERVER).answers("reply-route"), Vec::<String>::new());
    server
        .sh("ip rule del fwmark 1 lookup 100; ip link del other; ip route del default")
        .expect("routes");
    check(&asked(CLIENT, SERVER), "reply-route", "missing", &["unreachable"]);
}
