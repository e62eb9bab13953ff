//! `sshwhy server` as a whole: whom it judges when nobody is named, what it tells an ordinary user, and that the host is as it
//! was when it is done.

#[path = "support/build.rs"]
mod build;
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::network::Network;
use sshwhy_lab::run::{self, SSHWHY, User};
use sshwhy_lab::tool;
use support::ready;

/// What a test needs before it can begin; `None` when the lab cannot run here.
fn sshwhy() -> Option<PathBuf> {
    if !ready() {
        return None;
    }
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    Some(build::sshwhy(lab).expect("a sshwhy"))
}

#[test]
fn the_client_that_failed_last_is_judged() {
    let Some(sshwhy) = sshwhy() else { return };
    last_failed(&sshwhy).expect("the last client");
    banned(&sshwhy).expect("a banned client");
}

#[test]
fn an_ordinary_user_is_told_what_is_open() {
    let Some(sshwhy) = sshwhy() else { return };
    ordinary(&sshwhy).expect("an ordinary user");
}

#[test]
fn the_host_is_as_it_was() {
    let Some(sshwhy) = sshwhy() else { return };
    unchanged(&sshwhy).expect("a host that is as it was");
}

fn server(network: &Network, user: User, words: &str) -> Result<Value> {
    let words: Vec<String> = format!("{SSHWHY} server --format json {words}")
        .split(' ')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    let ran = run::user_command(&network.server, user, 30, &words).output()?;
    serde_json::from_slice(&ran.stdout).with_context(|| format!("{ran:?}"))
}

fn first_cause(report: &Value) -> Option<&str> {
    report.pointer("/causes/0/id")?.as_str()
}

fn words(report: &Value, list: &str) -> String {
    report.get(list).map(Value::to_string).unwrap_or_default()
}

fn last_failed(sshwhy: &Path) -> Result<()> {
    let network = build::up("wrappers-deny", sshwhy)?;
    network.client.sh("ssh -o BatchMode=yes server true || true")?;
    let report = server(&network, User::Root, "")?;
    ensure!(first_cause(&report) == Some("tcp-wrappers-deny"), "{report}");
    ensure!(
        words(&report, "notes").contains("judged for 10.77.1.2"),
        "{}",
        words(&report, "notes")
    );
    Ok(())
}

fn banned(sshwhy: &Path) -> Result<()> {
    let network = build::up("fail2ban-drop", sshwhy)?;
    let report = server(&network, User::Root, "")?;
    ensure!(first_cause(&report) == Some("fail2ban-ban"), "{report}");
    Ok(())
}

fn ordinary(sshwhy: &Path) -> Result<()> {
    let network = build::up("plain-host", sshwhy)?;
    let report = server(&network, User::Alice, "--from 10.77.1.2 --user alice")?;
    ensure!(first_cause(&report).is_none(), "{report}");
    let open = words(&report, "not_assessed");
    for part in ["log:", "may stop the client", "root"] {
        ensure!(open.contains(part), "{part} in {open}");
    }
    Ok(())
}

/// Every file with its mode, owner, size and time of change; the rules; the instances of the kernel's tracing. What cargo
/// builds beside the test (CACHEDIR.TAG) belongs to the machine.
const STATE: &str = "{
    find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -exec test -f {}/CACHEDIR.TAG ; \\) -prune -o \
        -printf '%p %y %m %U %G %s %T@ %C@\\n'
    nft list ruleset; iptables-save; ip6tables-save; ip rule; ip route; ipset list
    ls -R /sys/kernel/tracing/instances; cat /proc/mounts
} 2>/dev/null || true";

fn unchanged(sshwhy: &Path) -> Result<()> {
    for slug in ["fail2ban-iptables", "ufw-limit", "plain-host"] {
        let network = build::up(slug, sshwhy)?;
        network.client.sh("ssh -o BatchMode=yes -o ConnectTimeout=3 server true || true")?;
        // The first listing loads what the kernel needs to list.
        network.server.sh(STATE)?;
        let before = network.server.sh(STATE)?;
        server(&network, User::Root, "--from 10.77.1.2 --user alice")?;
        let after = network.server.sh(STATE)?;
        let known: BTreeSet<&str> = before.lines().collect();
        let changed = after.lines().filter(|line| !known.contains(line));
        // Programs that run there anyway go on with their own work.
        let ours: Vec<&str> = changed
            .filter(|line| {
                !line.contains("fail2ban.log")
                    && !line.starts_with('#')
                    && !line.contains(" packets")
            })
            .collect();
        ensure!(ours.is_empty(), "{slug}: {ours:?}");
    }
    Ok(())
}
