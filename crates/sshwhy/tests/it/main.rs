//! The program as a user or a script meets it: words, exit codes, the schema, Ctrl-C.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::TcpListener;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

fn sshwhy(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sshwhy")).args(words).output().unwrap()
}

fn check(words: &[&str], code: i32, expected: &str) {
    let output = sshwhy(words);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    assert!(said.contains(expected), "{words:?}: {said}");
}

#[test]
fn wrong_use_is_two_and_says_the_way_out() {
    check(&[], 2, "Usage");
    check(&["--nonsense"], 2, "--help");
    check(&["a b"], 2, "error");
    check(&["host:99999"], 2, "error");
    check(&["ssh://"], 2, "error");
    check(&["causes", "tcp-wrapper"], 2, "tcp-wrappers-deny");
    check(&["demo", "no-such-cause"], 2, "--list");
    check(&["host", "--idle", "soon"], 2, "duration");
    check(&["host", "--connections", "0"], 2, "--connections");
}

#[test]
fn help_documents_the_exit_codes() {
    check(&["--help"], 0, "3  something is wrong, and the evidence does not single out one cause");
    check(&["--version"], 0, env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_catalogue_is_readable_offline() {
    check(&["causes"], 0, "tcp-wrappers-deny");
    check(&["causes", "tcp-wrappers-deny"], 0, "five seconds");
    check(&["demo", "--list"], 0, "tcp-wrappers-deny");
}

fn explain(text: &[u8], words: &[&str]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sshwhy"))
        .arg("explain")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap(), said)
}

/// `tail -f auth.log | sshwhy explain`.
#[test]
fn a_stream_is_answered_as_it_goes() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sshwhy"))
        .arg("explain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = child.stdin.take().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut told = |line: &str, expected: &str| {
        writeln!(log, "{line}").unwrap();
        let mut line = String::new();
        while !line.contains(expected) {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "{expected}");
        }
    };
    // The stream is still open when each answer comes: otherwise this waits for ever.
    told(
        "Nov 26 10:05:00 prod sshd[9]: refused connect from 203.0.113.9 (203.0.113.9)",
        "203.0.113.9:",
    );
    told(
        "Nov 26 10:06:00 prod sshd[10]: Unable to negotiate with 203.0.113.8 port 50: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]",
        "203.0.113.8:",
    );
    drop(log);
    assert_eq!(child.wait().unwrap().code(), Some(1), "a cause was found");
}

#[test]
fn a_wrong_time_names_the_way_out() {
    check(&["explain", "--since", "yesterday"], 2, "2026-11-26 10:00");
}

#[test]
fn what_is_pasted_is_explained() {
    let log = b"Nov 26 10:00:01 prod sshd[9]: refused connect from 192.0.2.7 (192.0.2.7)\n";
    let (code, said) = explain(log, &[]);
    assert!(code == 1 && said.contains("TCP wrappers refuse") && said.contains("line 1"), "{said}");
    let (code, said) = explain(b"Connection refused\n", &["-"]);
    assert!(code == 3 && said.contains("nothing listens"), "{said}");
    let (code, said) = explain(b"the build is green\n", &[]);
    assert!(code == 0 && said.contains("nothing in this"), "{said}");
    let (code, said) = explain(log, &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let schema = include_str!("../../../../docs/report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    assert!(code == 1 && jsonschema::is_valid(&schema, &report), "{said}");
    check(&["explain", "/nonexistent/file"], 2, "failed to read `file`");
}

#[test]
fn one_cause_is_one_and_the_report_keeps_to_its_schema() {
    let output = sshwhy(&["demo", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = include_str!("../../../../docs/report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(report["causes"][0]["id"], "tcp-wrappers-deny");
    assert_eq!(report["outcome"], "reset");
    assert_eq!(report["stage"], "banner");
}

#[test]
fn a_tie_is_three() {
    // From loopback nobody can tell a port without a listener from a filter that resets.
    let output = sshwhy(&["demo", "no-listener", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let certain = report["causes"][0]["probability"].as_f64().unwrap() >= 0.75;
    assert_eq!(output.status.code(), Some(if certain { 1 } else { 3 }));
    assert_eq!(report["needs"].as_array().unwrap().is_empty(), certain);
}

#[test]
fn piped_output_is_plain() {
    for words in [&["demo", "kex-mismatch"][..], &["causes", "tcp-wrappers-deny"], &["causes"]] {
        let output = sshwhy(words);
        assert!(!output.stdout.contains(&0x1b), "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn decisions_are_told_beside_the_report() {
    let output = sshwhy(&["demo", "kex-mismatch", "-v", "--format", "json"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("handshake: "), "{told}");
    assert!(!told.contains('\x1b'), "{told}");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sshwhy"))
        .arg("causes")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn a_recording_is_written_or_the_failure_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.json");
    let path = file.to_str().unwrap();
    check(&["demo", "kex-mismatch", "--record", path], 1, "key exchange");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(sshwhy_core::model::case::Case::from_json(&text).is_ok());
    check(&["demo", "kex-mismatch", "--record", "/nonexistent/case"], 2, "/nonexistent/case");
}

#[test]
fn errors_of_the_configuration_are_a_diagnosis() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::File::create(&file).unwrap().write_all(b"Host *\n  MTU 1200\n").unwrap();
    let said = "ssh refuses its own configuration";
    check(&["-F", file.to_str().unwrap(), "example.invalid"], 1, said);
}

#[test]
fn ctrl_c_ends_at_once_and_says_nothing() {
    // Accepts nobody: every probe has something to wait for.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // Before, during and after the first probes that wait.
    for delay in [30, 300, 900, 2500] {
        let child = Command::new(env!("CARGO_BIN_EXE_sshwhy"))
            .args(["-F", "none", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // What is awaited here is the passing of time itself: a probe that waits.
        std::thread::sleep(Duration::from_millis(delay));
        let pressed = Instant::now();
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "after {delay} ms");
        assert!(pressed.elapsed() < Duration::from_secs(2), "after {delay} ms");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "after {delay} ms");
    }
}
