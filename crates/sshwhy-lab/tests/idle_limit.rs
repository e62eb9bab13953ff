//! After how long a silence a connection is forgotten: what a diagnosis measures, beside what the router really does.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::fault::filter;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

/// What forgets.
struct Device {
    name: &'static str,
    set_up: fn(&Network, u32) -> Result<()>,
    /// Whether keepalives of TCP keep a session.
    tcp_saves: bool,
    /// Whether the server is heard when the client's packets are lost.
    server_is_heard: bool,
}

const DEVICES: &[Device] = &[
    Device {
        name: "a firewall that drops what it has forgotten",
        set_up: |network, seconds| forget(network, seconds, "drop"),
        tcp_saves: true,
        server_is_heard: false,
    },
    Device {
        name: "a firewall that resets what it has forgotten",
        set_up: |network, seconds| forget(network, seconds, "reject with tcp reset"),
        tcp_saves: true,
        server_is_heard: false,
    },
    Device {
        name: "a device that forgets the way to the server alone",
        set_up: |network, seconds| remember(network, seconds, "tcp dport 22", ""),
        tcp_saves: true,
        server_is_heard: true,
    },
    Device {
        name: "a device that heeds nothing but data",
        set_up: |network, seconds| remember(network, seconds, "tcp dport 22", "meta length > 60"),
        tcp_saves: false,
        server_is_heard: true,
    },
];

/// Limits in seconds, of which the largest is a little less than the time that sessions are left alone.
const LIMITS: &[u32] = &[5, 9, 16];
/// Where somebody has the time.
const LONG_LIMITS: &[u32] = &[5, 12, 30, 60];

/// Connection tracking forgets.
fn forget(network: &Network, seconds: u32, then: &str) -> Result<()> {
    network.router.sh(&format!(
        "cd /proc/sys/net/netfilter
         echo {seconds} > nf_conntrack_tcp_timeout_established
         echo 0 > nf_conntrack_tcp_loose"
    ))?;
    let chain = "forward";
    filter::nft(&network.router, chain, &format!("meta l4proto tcp ct state invalid {then}"))?;
    let late = format!("tcp flags & (syn | ack) == ack ct state new {then}");
    filter::nft(&network.router, chain, &late)
}

/// A list of the clients that sent something of late; what is not in it is dropped.
fn remember(network: &Network, seconds: u32, way: &str, counts: &str) -> Result<()> {
    network.router.write(
        "/run/alive.nft",
        &format!(
            "table ip alive {{
                set alive {{ typeof ip saddr . tcp sport; size 4096; timeout {seconds}s; flags dynamic; }}
                chain forward {{
                    type filter hook forward priority 10;
                    {way} tcp flags & (syn | ack) == syn update @alive {{ ip saddr . tcp sport }} accept
                    {way} ip saddr . tcp sport != @alive drop
                    {way} {counts} update @alive {{ ip saddr . tcp sport }}
                }}
            }}\n"
        ),
    )?;
    network.router.sh("nft -f /run/alive.nft")?;
    Ok(())
}

fn measured(sshwhy: &Path, device: &Device, seconds: u32, idle: u32) -> Result<()> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    (device.set_up)(&network, seconds)?;
    network.sshd()?;
    let command =
        format!("su alice -s /bin/sh -c 'sshwhy --format json --idle {idle}s alice@10.77.2.2'");
    let ran = network.client.try_sh(&command)?;
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    let first = report.pointer("/causes/0/id").and_then(Value::as_str);
    ensure!(first == Some("idle-timeout"), "{report:#}");
    let limit = report.pointer("/measured/idle_limit").context("nothing was measured")?;
    let number = |name| limit.get(name).and_then(Value::as_f64).context("a number");
    let (survives, ends) = (number("survives")?, number("ends")?);
    // What a session says as it falls still counts, too.
    let real = f64::from(seconds);
    ensure!(survives <= real + 0.3 && real - 0.3 <= ends, "{limit}");
    ensure!(ends - survives <= f64::from(idle) / 12.0, "not narrowed: {limit}");
    let saves = |kind: &str| limit.pointer(&format!("/{kind}/saves")).and_then(Value::as_bool);
    ensure!(saves("ssh_keepalive") == Some(true), "{limit}");
    ensure!(saves("tcp_keepalive") == Some(device.tcp_saves), "{limit}");
    let heard = limit.get("server_is_heard").and_then(Value::as_bool);
    ensure!(heard == Some(device.server_is_heard), "{limit}");
    let fix = report.pointer("/causes/0/fix").and_then(Value::as_str).context("a fix")?;
    let (_, interval) = fix.split_once("ServerAliveInterval ").context("an interval")?;
    ensure!((1.0..=real / 2.0).contains(&interval.parse::<f64>()?), "{fix}");
    Ok(())
}

#[test]
fn a_limit_of_silence_is_measured() {
    let Some(sshwhy) = build::in_lab() else { return };
    let long = std::env::var_os("LONG").is_some();
    let (limits, idle) = if long { (LONG_LIMITS, 75) } else { (LIMITS, 20) };
    let wrong = Mutex::new(Vec::new());
    // All at once: nearly all of the time they lie still.
    thread::scope(|scope| {
        for device in DEVICES {
            for seconds in limits {
                let (sshwhy, wrong) = (&sshwhy, &wrong);
                let work = move || {
                    if let Err(error) = measured(sshwhy, device, *seconds, idle) {
                        let mut wrong = wrong.lock().expect("no other panic");
                        wrong.push(format!("{}, {seconds} s: {error:#}", device.name));
                    }
                };
                scope.spawn(work);
            }
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
