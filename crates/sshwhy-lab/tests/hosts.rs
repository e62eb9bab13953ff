//! The hosts themselves: they start, they work, and nothing is left of them.

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use support::ready;

#[test]
fn a_login_works_and_the_machine_stays_as_it_is() {
    if !ready() {
        return;
    }
    let before = machine();
    let start = Instant::now();
    let network = Network::start(Root::Machine).expect("a network");
    let seconds = start.elapsed().as_secs_f64();
    assert!(seconds < 5.0, "three hosts took {seconds:.1} s");
    network.sshd().expect("sshd");
    let said = network.client.sh("ssh -o BatchMode=yes alice@server 'hostname; id -un'");
    assert_eq!(said.expect("a login"), "server\nalice\n");
    network.server.write("/etc/lab-was-here", "yes").expect("a file");
    assert_eq!(network.server.read("/etc/lab-was-here").expect("a file"), "yes");
    assert!(!PathBuf::from("/etc/lab-was-here").exists(), "a host's file is on the machine");
    assert_eq!(machine(), before);
}

/// Interfaces, mounts and routes of the machine.
fn machine() -> Vec<String> {
    let read = |path| std::fs::read_to_string(path).expect("a file of /proc");
    let interfaces = read("/proc/net/dev")
        .lines()
        .filter_map(|line| line.split(':').next().map(str::to_owned))
        .collect();
    vec![interfaces, read("/proc/self/mounts"), read("/proc/net/route")]
}

#[test]
fn nothing_is_left_after_sigkill() {
    if !ready() {
        return;
    }
    let mut lab = Command::new(env!("CARGO_BIN_EXE_sshwhy-lab"))
        .args(["shell", "far-away", "sleep", "1000"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the lab");
    let mut line = String::new();
    BufReader::new(lab.stderr.take().expect("its standard error"))
        .read_line(&mut line)
        .expect("a line");
    // "… (server is process 18513, router 18459)"
    let words: Vec<&str> = line.split([' ', ',', ')']).collect();
    let after =
        |pair: &[&str]| (["process", "router"].contains(&pair[0])).then(|| pair[1].parse().ok());
    let hosts: Vec<u32> = words.windows(2).filter_map(after).flatten().collect();
    assert_eq!(hosts.len(), 2, "two process numbers in {line}");
    lab.kill().expect("the lab was killed");
    lab.wait().expect("the lab ended");
    // The kernel takes a namespace with its last process; that may last a second or two.
    let start = Instant::now();
    while hosts.iter().any(|pid| is_host(*pid)) {
        assert!(start.elapsed() < Duration::from_secs(20), "hosts {hosts:?} outlive the lab");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether process `pid` is process 1 of a namespace.
fn is_host(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("NSpid:") && line.ends_with("\t1"))
}
