//! Where on the way a SYN is lost or refused: what a diagnosis says, beside where the rule really stands.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

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

/// What a diagnosis without privileges says.
fn report(network: &Network, host: &str) -> Result<Value> {
    let command = format!("su alice -s /bin/sh -c 'sshwhy --format json --no-auth {host}'");
    let ran = network.client.try_sh(&command)?;
    serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))
}

/// A packet of a connection that a rule at a hop swallows.
struct Swallowed {
    rule: &'static str,
    what: fn() -> Value,
}

const SWALLOWED: &[Swallowed] = &[
    Swallowed { rule: "-m length --length 1301:1500", what: || json!({"large": 1301}) },
    Swallowed { rule: "-m string --algo bm --string SSH-2", what: || json!("first-line") },
];

fn swallowed(sshwhy: &Path, kind: &Swallowed, hop: usize) -> Result<()> {
    let network = Network::start_far(Root::Machine, ROUTERS)?;
    run::install(&network.client, sshwhy)?;
    let (router, _) = network.hop(hop).context("no such hop")?;
    router.sh(&format!("iptables -A FORWARD -p tcp --dport 22 {} -j DROP", kind.rule))?;
    network.sshd()?;
    let report = report(&network, "10.77.2.2")?;
    let trace = report.pointer("/measured/trace").with_context(|| format!("{report:#}"))?;
    ensure!(trace.get("what") == Some(&(kind.what)()), "{trace}");
    ensure!(seen_by(trace)? == hop, "{trace}");
    Ok(())
}

/// The last hop that saw the packet.
fn seen_by(trace: &Value) -> Result<usize> {
    let hops = trace.get("hops").and_then(Value::as_array).context("no hops")?;
    let seen = hops.iter().rposition(|hop| hop.get("saw") == Some(&Value::Bool(true)));
    Ok(seen.map_or(0, |at| at + 1))
}

fn traced(sshwhy: &Path, fate: Fate, hop: usize, host: &str) -> Result<()> {
    let network = Network::start_far(Root::Machine, ROUTERS)?;
    run::install(&network.client, sshwhy)?;
    let (stops, chain) = place(&network, hop);
    let program = if host.contains(':') { "ip6tables" } else { "iptables" };
    stops.sh(&format!("{program} -A {chain} -p tcp --dport 22 -j {}", fate.target()))?;
    network.sshd()?;
    let report = report(&network, host)?;
    let trace = report.pointer("/measured/trace").with_context(|| format!("{report:#}"))?;
    let number = |name| trace.get(name).and_then(Value::as_u64);
    let server = ROUTERS as u64 + 1;
    ensure!(number("server") == Some(server), "{report:#}");
    let seen = seen_by(trace)? as u64;
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
    let Some(sshwhy) = build::in_lab() else { return };
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

#[test]
fn where_packets_of_a_connection_end_is_found() {
    let Some(sshwhy) = build::in_lab() else { return };
    let mut wrong = Vec::new();
    // A host puts segments together before its rules see them, so that only routers measure them.
    for hop in 1..=ROUTERS {
        for kind in SWALLOWED {
            if let Err(error) = swallowed(&sshwhy, kind, hop) {
                wrong.push(format!("{} at hop {hop}: {error:#}", kind.rule));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
