//! `sshwhy server --watch`: the story of a connection, and that nothing is left behind.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::network::Network;
use sshwhy_lab::run::{self, SSHWHY, User};
use sshwhy_lab::tool;
use support::ready;

/// Instances of the kernel's trace, wherever it is mounted.
const INSTANCES: &str = "unshare -m sh -c '
    test -d /sys/kernel/tracing/instances || mount -t tracefs tracefs /sys/kernel/tracing
    cd /sys/kernel/tracing && ls instances && cat tracing_on current_tracer set_event'";

/// Whether somebody traces the last of the events.
const TRACES: &str = "unshare -m sh -c '
    test -d /sys/kernel/tracing/instances || mount -t tracefs tracefs /sys/kernel/tracing
    grep -q 1 /sys/kernel/tracing/instances/sshwhy-*/events/skb/kfree_skb/enable'";

#[test]
fn a_connection_is_told_and_nothing_is_left() {
    if !ready() {
        return;
    }
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    let sshwhy = build::sshwhy(lab).expect("a sshwhy");
    refusal(&sshwhy).expect("the story of a refusal");
    rejection(&sshwhy).expect("the story of a rejection");
    killed(&sshwhy).expect("a watch that is killed");
    ordinary(&sshwhy).expect("an ordinary user");
}

/// What is reported after a client has tried while somebody watched.
fn watched(network: &Network, user: User, seconds: u32) -> Result<Value> {
    let words = format!("{SSHWHY} server --from 10.77.1.2 --format json --watch {seconds}s");
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let child = run::user_command(&network.server, user, 60, &words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // A client that tries before the trace is on is not seen.
    network.server.await_sh(match user {
        User::Root => TRACES,
        User::Alice => "pgrep -x sshwhy > /dev/null",
    })?;
    network.client.sh(
        "for n in 1 2 3 4 5 6; do timeout 6 ssh -o BatchMode=yes -o ConnectTimeout=2 server true; sleep 0.2; done || true",
    )?;
    let output = child.wait_with_output()?;
    serde_json::from_slice(&output.stdout).with_context(|| format!("{output:?}"))
}

fn text(report: &Value, part: &str) -> String {
    report.get(part).map(Value::to_string).unwrap_or_default()
}

fn refusal(sshwhy: &Path) -> Result<()> {
    let network = build::up("wrappers-deny", sshwhy)?;
    let before = network.server.sh(INSTANCES)?;
    let report = watched(&network, User::Root, 12)?;
    ensure!(before == network.server.sh(INSTANCES)?, "the trace is not as it was");
    let cause = report.pointer("/causes/0/id").and_then(Value::as_str);
    ensure!(cause == Some("tcp-wrappers-deny"), "{report}");
    let stories = text(&report, "notes");
    ensure!(
        stories.contains("this host sends a reset") && stories.contains("after 5."),
        "{stories}"
    );
    let seen = text(&report, "observations");
    ensure!(seen.contains("end-sent-by"), "{seen}");
    Ok(())
}

fn rejection(sshwhy: &Path) -> Result<()> {
    let network = build::up("reset-on-server", sshwhy)?;
    let report = watched(&network, User::Root, 4)?;
    let seen = text(&report, "observations");
    ensure!(seen.contains("server-filter"), "{seen}");
    Ok(())
}

fn killed(sshwhy: &Path) -> Result<()> {
    let network = build::up("plain-host", sshwhy)?;
    let before = network.server.sh(INSTANCES)?;
    network
        .server
        .spawn(&format!("{SSHWHY} server --from 10.77.1.2 --watch 60s > /dev/null 2>&1"))?;
    let began = Instant::now();
    while network.server.sh(INSTANCES)? == before {
        ensure!(began.elapsed() < Duration::from_secs(10), "no instance was made");
    }
    network.server.sh("pkill -KILL -x sshwhy")?;
    ensure!(network.server.sh(INSTANCES)? != before, "nothing was left to clean up");
    network.server.sh(&format!("{SSHWHY} server --from 10.77.1.2 > /dev/null"))?;
    ensure!(network.server.sh(INSTANCES)? == before, "the next run does not clean up");
    Ok(())
}

fn ordinary(sshwhy: &Path) -> Result<()> {
    let network = build::up("plain-host", sshwhy)?;
    let report = watched(&network, User::Alice, 3)?;
    ensure!(text(&report, "not_assessed").contains("kernel's trace"), "{report}");
    ensure!(text(&report, "notes").contains("the connection is"), "{report}");
    Ok(())
}
