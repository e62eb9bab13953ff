//! `sshwhy HOST --server COMMAND`: the server is watched while it is probed, and what both ends saw is one answer.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::network::Network;
use sshwhy_lab::run::{self, SSHWHY, User};
use sshwhy_lab::tool;
use support::ready;

/// Another way in: an sshd under another name, which the wrappers know as another service.
const ADMIN: &str = "
    cp \"$(command -v sshd)\" /usr/local/sbin/admin
    echo 'admin: ALL' >> /etc/hosts.allow
    mkdir -p /root/.ssh && chmod 700 /root /root/.ssh
    cp /home/alice/.ssh/authorized_keys /root/.ssh/
    chown -R root:root /root && chmod 600 /root/.ssh/authorized_keys
    /usr/local/sbin/admin -p 2222 -o PermitRootLogin=yes -o PidFile=none";

#[test]
fn the_server_is_watched_while_it_is_probed() {
    if !ready() {
        return;
    }
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    let sshwhy = build::sshwhy(lab).expect("a sshwhy");
    refused(&sshwhy).expect("a server that refuses us");
    unmet(&sshwhy).expect("a server that we do not reach");
}

fn up(slug: &str, sshwhy: &Path) -> Result<Network> {
    let network = build::up(slug, sshwhy)?;
    run::install(&network.client, sshwhy)?;
    network.server.sh(ADMIN)?;
    network.server.await_sh("ss -Hltn 'sport = :2222' | grep -q LISTEN")?;
    Ok(network)
}

fn diagnose(network: &Network) -> Result<Value> {
    let command = "ssh -p 2222 -o BatchMode=yes root@server";
    let words = [SSHWHY, "--format", "json", "alice@server", "--server", command];
    let words = words.map(str::to_owned);
    let ran = run::user_command(&network.client, User::Alice, 60, &words).output()?;
    serde_json::from_slice(&ran.stdout).with_context(|| format!("{ran:?}"))
}

fn notes(report: &Value) -> String {
    report.get("notes").map(Value::to_string).unwrap_or_default()
}

fn refused(sshwhy: &Path) -> Result<()> {
    let network = up("wrappers-deny", sshwhy)?;
    let report = diagnose(&network)?;
    let cause = report.pointer("/causes/0/id").and_then(Value::as_str);
    ensure!(cause == Some("tcp-wrappers-deny"), "{report}");
    // Both ends' own stories of one connection.
    let told = notes(&report);
    ensure!(told.contains("watched on the server: 10.77.1.2:"), "{told}");
    ensure!(told.contains("this host sends a reset"), "{told}");
    ensure!(report.to_string().contains("kernel trace on the server"), "{report}");
    network.server.await_sh("! pgrep -x sshwhy > /dev/null")?;
    Ok(())
}

/// Packets to port 22 die on the way; those to the other port do not.
fn unmet(sshwhy: &Path) -> Result<()> {
    let network = up("plain-host", sshwhy)?;
    network.router.sh("iptables -I FORWARD -p tcp --dport 22 -j DROP")?;
    let report = diagnose(&network)?;
    ensure!(notes(&report).contains("its TCP met none of the"), "{report}");
    let on_server = ["no-listener", "fail2ban-ban", "ban-daemon", "tcp-wrappers-deny"];
    let causes = report.get("causes").map(Value::to_string).unwrap_or_default();
    ensure!(!on_server.iter().any(|id| causes.contains(id)), "{causes}");
    Ok(())
}
