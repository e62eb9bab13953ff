//! Public captures and logs beside the project: each is read, and described truthfully. Without them this test says so and passes.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "this test reads files and says when they are missing; the crate itself does neither"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sshwhy_core::evaluate::pasted::{About, Paste, read};
use sshwhy_core::model::case::Case;
use sshwhy_core::reason::diagnose;

fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("passed over: no public data beside the project");
        return None;
    }
    Some(folder)
}

fn told(path: &Path) -> Option<Case> {
    let bytes = fs::read(path).ok()?;
    let about = About { now: 1_795_694_400_000_000, ..About::default() };
    Some(read(&[Paste { name: "paste", bytes: &bytes }], &about))
}

/// What is named first, and what is noted.
fn check(file: &str, causes: &[&str], note: &str) {
    let Some(case) = data().and_then(|data| told(&data.join(file))) else { return };
    let diagnosis = diagnose(&case.observations);
    let first = diagnosis.causes.first().map_or("healthy", |cause| cause.id);
    assert!(causes.contains(&first), "{file}: {first}");
    assert!(case.notes.iter().any(|n| n.contains(note)) || note.is_empty(), "{:?}", case.notes);
}

#[test]
fn captures_are_described_as_they_are() {
    let healthy = &["healthy"];
    check("captures/zeek-ssh.pcap", healthy, "22 connections: 13 in order");
    check("captures/zeek-sshguess.pcap", healthy, "11 connections");
    check("captures/zeek-ssh_version_199.pcap", healthy, "7 resets after the end in good order");
    check("captures/zeek-ssh1-ssh2-fingerprints.pcap", healthy, "2 connections");
    for name in [
        "zeek-reverse-ssh",
        "zeek-server-pre-banner-data",
        "zeek-ssh-on-port-80",
        "zeek-ssh_kex_curve25519",
        "zeek-ssh_kex_dh_group18",
        "zeek-ssh_kex_mlkem",
        "suricata-verify-icmp_and_ssh",
    ] {
        check(&format!("captures/{name}.pcap"), healthy, "");
    }
    let refused = &["no-listener", "firewall-tcp-reset"];
    check("captures/chrissanders-tcp_refuseconnection.pcapng", refused, "192.168.100.1:80");
    check("captures/chrissanders-tcp_retransmissions.pcapng", healthy, "none of a connection");
    check("captures/chrissanders-tcp_zerowindowdead.pcapng", healthy, "none of a connection");
}

#[test]
fn what_is_never_acknowledged_has_two_explanations() {
    let file = "captures/suricata-verify-ssh-hassh-incomplete.pcap";
    check(file, &["mtu-black-hole"], "it may be the size or that nothing passes any more");
    let Some(case) = data().and_then(|data| told(&data.join(file))) else { return };
    let diagnosis = diagnose(&case.observations);
    assert!(!diagnosis.singled_out, "{:?}", diagnosis.causes.first());
}

#[test]
fn a_host_that_is_guessed_at_is_told_without_alarm() {
    check("loghub/OpenSSH_2k.log", &["healthy"], "27 clients: 524 failed attempts to log in");
}
