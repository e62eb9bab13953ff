//! Where on the way a SYN is lost or refused: what a diagnosis says, beside where the rule really stands.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::{run, tool};
use support::ready;

/// So many routers stand before the server.
const ROUTERS: usize = 4;

/// What happens to a SYN.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Dropped,
    Reset,
}

impl Fate {
    fn target(self) -> &'static str {
        match self {
            Fate::Dropped => "DROP",
            Fate::Reset => "REJECT --reject-with tcp-reset",
        }
    }
}

/// The host at a hop, and the chain in which it stops a SYN.
fn place(network: &Network, hop: usize) -> (&Host, &'static str) {
    network.hop(hop).map_or((&network.server, "INPUT"), |(router, _)| (router, "FORWARD"))
}

fn traced(sshwhy: &Path, fate: Fate, hop: usize, host: &str) -> Result<()> {
    let network = Network::start_far(Root::Machine, ROUTERS)?;
    run::install(&network.client, sshwhy)?;
    let (stops, chain) = place(&network, hop);
    let program = if host.contains(':') { "ip6tables" } else { "iptables" };
    stops.sh(&format!("{program} -A {chain} -p tcp --dport 22 -j {}", fate.target()))?;
    network.sshd()?;
    let command = format!("su alice -s /bin/sh -c 'sshwhy --format json --no-auth {host}'");
    let ran = network.client.try_sh(&command)?;
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    let trace = report.pointer("/measured/trace").with_context(|| format!("{report:#}"))?;
    let number = |name| trace.get(name).and_then(Value::as_u64);
    let server = ROUTERS as u64 + 1;
    ensure!(number("server") == Some(server), "{report:#}");
    let hops = trace.get("hops").and_then(Value::as_array).context("no hops")?;
    let seen = hops.iter().rposition(|hop| hop.get("syn").is_some_and(Value::is_string));
    let seen = seen.map_or(0, |at| at as u64 + 1);
    let hop = hop as u64;
    // A router tells that a life ended before it looks at its rules.
    let (last, first) = if hop == server { (hop - 1, hop) } else { (hop, hop + 1) };
    ensure!(seen == last, "seen by {seen}: {trace:#}");
    match fate {
        Fate::Dropped => ensure!(number("refused").is_none(), "{trace:#}"),
        Fate::Reset => ensure!(number("refused") == Some(first), "{trace:#}"),
    }
    let first = report.pointer("/causes/0/id").and_then(Value::as_str).context("a cause")?;
    let is_on_the_way = hop < ROUTERS as u64;
    match fate {
        Fate::Dropped => ensure!(first == "firewall-drop", "{report:#}"),
        // Behind the last router nothing tells a filter from a port that nobody has.
        Fate::Reset if is_on_the_way => ensure!(first == "firewall-tcp-reset", "{report:#}"),
        Fate::Reset => {}
    }
    if is_on_the_way {
        let fix = report.pointer("/causes/0/fix").and_then(Value::as_str).context("a fix")?;
        ensure!(fix.starts_with(&format!("on hop {hop} (")), "{fix}");
    }
    Ok(())
}

#[test]
fn where_a_syn_ends_is_found() {
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    if !ready() {
        return;
    }
    let sshwhy = build::sshwhy(lab).expect("a sshwhy");
    let mut wrong = Vec::new();
    for (hop, host) in (1..=ROUTERS + 1).zip(["10.77.2.2", "fd77:2::2"].into_iter().cycle()) {
        for fate in [Fate::Dropped, Fate::Reset] {
            if let Err(error) = traced(&sshwhy, fate, hop, host) {
                wrong.push(format!("{fate:?} at hop {hop} of {host}: {error:#}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
