//! What in the bytes of a client makes a device stop a connection: what a diagnosis finds, beside what the device looks for.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sshwhy_lab::fault::{filter, middlebox};
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

struct Device {
    name: &'static str,
    set_up: fn(&Network) -> Result<()>,
    /// What is to be found.
    trigger: fn() -> Value,
}

const DEVICES: &[Device] = &[
    Device {
        name: "resets what holds SSH-",
        set_up: |network| match_string(network, "SSH-", "REJECT --reject-with tcp-reset"),
        trigger: || json!({"part": "ssh", "in_one_packet": true, "outlasts": "no"}),
    },
    Device {
        name: "drops what holds SSH-2.0",
        set_up: |network| match_string(network, "SSH-2.0", "DROP"),
        trigger: || json!({"part": "protocol", "in_one_packet": true, "outlasts": "no"}),
    },
    Device {
        name: "resets the name of the software",
        set_up: |network| match_string(network, "OpenSSH_9.9", "REJECT --reject-with tcp-reset"),
        trigger: || json!({"part": "software", "in_one_packet": true, "outlasts": "no"}),
    },
    Device {
        name: "drops a connection from its first line on",
        set_up: |network| {
            middlebox::between(network, &[middlebox::FROM_CLIENT, "contains=SSH-", "do=drop-flow"])
        },
        trigger: || json!({"part": "ssh", "in_one_packet": true, "outlasts": "no"}),
    },
    Device {
        name: "resets a KEXINIT",
        set_up: |network| match_string(network, "ext-info-c", "REJECT --reject-with tcp-reset"),
        trigger: || json!({"part": "kex-init", "in_one_packet": null, "outlasts": "no"}),
    },
    Device {
        name: "drops a KEXINIT",
        set_up: |network| match_string(network, "ext-info-c", "DROP"),
        trigger: || json!({"part": "kex-init", "in_one_packet": null, "outlasts": "no"}),
    },
    Device {
        name: "resets what is long",
        set_up: |network| {
            filter::iptables(
                &network.router,
                "-A FORWARD -p tcp --dport 22 -m length --length 700:1500 -j REJECT --reject-with tcp-reset",
            )
        },
        trigger: || json!({"part": "length", "in_one_packet": null, "outlasts": "no"}),
    },
];

fn match_string(network: &Network, words: &str, target: &str) -> Result<()> {
    filter::iptables(
        &network.router,
        &format!("-A FORWARD -p tcp --dport 22 -m string --algo bm --string {words} -j {target}"),
    )
}

/// What a diagnosis without privileges says of a device.
fn report(sshwhy: &Path, set_up: impl Fn(&Network) -> Result<()>) -> Result<Value> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    set_up(&network)?;
    network.sshd()?;
    let ran = network
        .client
        .try_sh("su alice -s /bin/sh -c 'sshwhy --format json --no-auth 10.77.2.2'")?;
    serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))
}

fn found(sshwhy: &Path, device: &Device) -> Result<()> {
    let report = report(sshwhy, device.set_up)?;
    let first = report.pointer("/causes/0/id").and_then(Value::as_str);
    let by_device = ["dpi-block", "middlebox-reset", "middlebox-drop"];
    let is_sure = report.pointer("/causes/0/probability").and_then(Value::as_f64) >= Some(0.8);
    // Who resets may be the server as well: that is told by packets alone.
    ensure!(first.is_some_and(|first| by_device.contains(&first)) || !is_sure, "{report:#}");
    let trigger = report.pointer("/measured/trigger").with_context(|| format!("{report:#}"))?;
    ensure!(*trigger == (device.trigger)(), "{trigger}");
    Ok(())
}

#[test]
fn what_is_stopped_is_found() {
    let Some(sshwhy) = build::in_lab() else { return };
    let complaint = |device: &Device| {
        let error = found(&sshwhy, device).err()?;
        Some(format!("{}: {error:#}", device.name))
    };
    let wrong: Vec<String> = DEVICES.iter().filter_map(complaint).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So many seconds a device stops a host that has spoken SSH.
const BLOCK: u64 = 8;

#[test]
fn a_block_that_outlasts_its_connection_is_timed() {
    let Some(sshwhy) = build::in_lab() else { return };
    let set_up = |network: &Network| {
        let rule = "-A FORWARD -p tcp --dport 22";
        let list = "-m recent --name bad";
        let listed = format!("{rule} {list} --rcheck --seconds {BLOCK} -j DROP");
        filter::iptables(&network.router, &listed)?;
        // Matches are tried in their order, and this one notes whom it sees.
        let words = "-m string --algo bm --string SSH-";
        filter::iptables(&network.router, &format!("{rule} {words} {list} --set -j DROP"))
    };
    let report = report(&sshwhy, set_up).expect("a report");
    let first = report.pointer("/causes/0/id").and_then(Value::as_str);
    assert_eq!(first, Some("dpi-block"), "{report:#}");
    let lasts = report.pointer("/measured/trigger/outlasts/for").and_then(Value::as_u64);
    // It is looked for every few seconds.
    assert!(lasts.is_some_and(|lasts| (BLOCK..BLOCK + 8).contains(&lasts)), "{report:#}");
}
