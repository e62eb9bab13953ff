//! What the look at packet filters says, beside what the kernel does to the client.
#![allow(clippy::print_stdout, reason = "a test says how it went")]

mod looks_filter {
    pub(crate) mod cases;
}
mod support;

use std::panic::AssertUnwindSafe;
use std::process::{Command, ExitCode, Stdio};

use serde_json::{Value, json};
use sshwhy::inspect::LOOKS;
use sshwhy::inspect::host::Host as Looked;
use sshwhy::sys::cancel::Cancel;
use sshwhy_core::model::flow::Flow;
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::tool;

use looks_filter::cases::{ALONE, CASES, Case};

/// The first argument that makes this executable take the look of the host that it runs in.
const LOOK: &str = "look-here";

/// Takes all rules away, so that the next case begins with none.
const FLUSH: &str = "set +e; nft flush ruleset
for program in iptables-legacy ip6tables-legacy; do
    for table in $(cat /proc/net/${program%tables-legacy}_tables_names); do
        $program -t $table -F; $program -t $table -X
        for chain in INPUT OUTPUT FORWARD PREROUTING POSTROUTING; do
            $program -t $table -P $chain ACCEPT 2> /dev/null
        done
    done
done
ipset destroy
rm -f /etc/ufw/user.rules
conntrack -F 2> /dev/null || true";

/// What a look must not change: the rules, and which tables the kernel has. Counters may move: earlier cases end late.
const STATE: &str = "set +e
nft -s list ruleset; ipset list -n; cat /proc/net/ip_tables_names /proc/net/ip6_tables_names
for program in iptables-legacy ip6tables-legacy; do $program-save | grep -v '^[#:]'; done; true";

/// As cargo's own harness, but that this executable is also what looks inside a host.
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
    let wanted = |case: &&Case| {
        words.is_empty() || words.iter().any(|word| case.name.contains(word.as_str()))
    };
    let mut failed = false;
    let mut run = |network: &Network, case: &Case| {
        let passed = std::panic::catch_unwind(AssertUnwindSafe(|| check(network, case))).is_ok();
        println!("test {} ... {}", case.name, if passed { "ok" } else { "FAILED" });
        failed |= !passed;
    };
    let network = sound();
    for case in CASES.iter().filter(wanted) {
        network.server.sh(FLUSH).expect("no rules");
        run(&network, case);
    }
    for case in ALONE.iter().filter(wanted) {
        run(&sound(), case);
    }
    ExitCode::from(u8::from(failed))
}

fn sound() -> Network {
    let network = Network::start(Root::Machine).expect("a network");
    network.sshd().expect("sshd");
    network
}

fn check(network: &Network, case: &Case) {
    let server = &network.server;
    server.sh(case.rules).unwrap_or_else(|e| panic!("{}: {e:#}", case.name));
    if !case.client.is_empty() {
        network.client.spawn(case.client).expect("a client");
        server
            .await_sh("ss -Htn state established 'sport = :22' | grep -q .")
            .expect("a connection");
    }
    let state = || server.sh(STATE).expect("the state");
    let before = state();
    let seen = look(server, case);
    assert_eq!(before, state(), "{}: the look changes something", case.name);
    println!("  {}: {seen}", case.name);
    let answers = seen["observations"].as_array().expect("observations");
    let list = |name: &str| {
        let words = seen[name].as_array().expect("a list").iter().filter_map(Value::as_str);
        words.collect::<Vec<_>>().join("\n")
    };
    let said = match answers.as_slice() {
        [] => list("not_assessed"),
        [one] => format!("{} {}", one["source"].as_str().unwrap(), one["text"].as_str().unwrap()),
        more => panic!("{}: {} answers", case.name, more.len()),
    };
    let answer = answers.first().and_then(|one| one["answer"].as_str());
    assert_eq!(answer, case.answer, "{}: {seen}", case.name);
    for words in case.words {
        assert!(said.contains(words), "{}: {seen} lacks {words}", case.name);
    }
    if answer.is_some() && case.leaves_open.is_empty() {
        assert_eq!(list("not_assessed"), "", "{}", case.name);
    }
    assert!(list("not_assessed").contains(case.leaves_open), "{}: {seen}", case.name);
    // An answer is only right if the kernel does so.
    if let Some(answer) = answer {
        let met = meet(network, case);
        let agrees = match answer {
            "rejects" | "resets" => met == "refused",
            "counts" => met != "admits",
            answer => met == answer,
        };
        assert!(agrees, "{}: {answer}, but the client meets {met}", case.name);
    }
}

/// What connect(2) says when something answers that is not sshd.
const ERRORS: [&str; 4] = ["refused", "No route", "unreachable", "Permission denied"];

/// What the client meets.
fn meet(network: &Network, case: &Case) -> &'static str {
    let [_, server] = case.flow;
    let server = server.trim_start_matches("::ffff:");
    let script = format!(
        "timeout 1.2 bash -c 'exec 3<> /dev/tcp/{server}/22 && echo SSH-2.0-test >&3 && echo connected && head -c 4 <&3' 2>&1"
    );
    let met = network.client.try_sh(&script).expect("a try");
    let said = format!("{}{}", met.stdout, met.stderr);
    if said.contains("connectedSSH-") || said.contains("connected\nSSH-") {
        "admits"
    } else if said.contains("connected") {
        "drops-established"
    } else if ERRORS.iter().any(|error| said.contains(error)) {
        "refused"
    } else {
        "drops"
    }
}

fn look_here(words: &[String]) {
    let [client, server, interface] = words else { panic!("{words:?}") };
    let flow = Flow {
        source: client.parse().expect("an address"),
        source_port: None,
        destination: server.parse().expect("an address"),
        port: 22,
        interface: Some(interface.clone()),
    };
    let host = Looked::new(flow, None, Cancel::new());
    LOOKS.iter().filter(|look| look.name == "packet filter").for_each(|look| (look.run)(&host));
    let seen = host.take_seen();
    let line = json!({
        "observations": seen.observations,
        "not_assessed": seen.not_assessed,
        "warnings": seen.warnings,
    });
    println!("{line}");
}

/// Takes the look inside a host. An open descriptor reaches this executable from any file system.
fn look(host: &Host, case: &Case) -> Value {
    let [client, server] = case.flow;
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- {} /proc/self/fd/3 {LOOK} {client} {server} {}",
            host.pid(),
            case.program,
            case.interface,
        ))
        .arg(std::env::current_exe().expect("this test"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("the look");
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"))
}
