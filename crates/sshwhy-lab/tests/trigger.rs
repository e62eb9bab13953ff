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
use sshwhy_lab::{run, tool};
use support::ready;

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

fn found(sshwhy: &Path, device: &Device) -> Result<()> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    (device.set_up)(&network)?;
    network.sshd()?;
    let ran = network
        .client
        .try_sh("su alice -s /bin/sh -c 'sshwhy --format json --no-auth 10.77.2.2'")?;
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
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
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    if !ready() {
        return;
    }
    let sshwhy = build::sshwhy(lab).expect("a sshwhy");
    let wrong: Vec<String> = DEVICES
        .iter()
        .filter_map(|device| {
            let error = found(&sshwhy, device).err()?;
            Some(format!("{}: {error:#}", device.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
