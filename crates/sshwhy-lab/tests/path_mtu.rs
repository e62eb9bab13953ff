//! How large packets may be: what a diagnosis measures, beside the limit that the router really has.

#[path = "support/build.rs"]
mod build;
mod support;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sshwhy_lab::fault::middlebox;
use sshwhy_lab::fault::path::{self, Towards};
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

/// Sizes that tunnels leave and sizes that they do not, from the least that a path carries.
const OF_IPV4: [u32; 15] =
    [576, 577, 700, 1006, 1200, 1280, 1300, 1358, 1400, 1419, 1420, 1450, 1476, 1492, 1496];
/// No path may carry less than 1280 bytes (RFC 8200 5).
const OF_IPV6: [u32; 15] =
    [1280, 1281, 1300, 1333, 1358, 1380, 1399, 1400, 1420, 1440, 1450, 1463, 1480, 1492, 1498];
/// Without any privilege.
const ALICE: &str = "su alice -s /bin/sh -c";
const ASK: &str = "sshwhy --format json --no-auth";
/// Most of the time is waiting.
const WORKERS: usize = 6;

/// A server behind a path that swallows what is larger.
fn hole(sshwhy: &Path, towards: Towards, size: u32, road: &[&str]) -> Result<Network> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    path::mtu_hole(&network, towards, size)?;
    if !road.is_empty() {
        middlebox::between(&network, road)?;
    }
    network.sshd()?;
    Ok(network)
}

/// What a diagnosis measures, without any privilege.
fn measured(network: &Network, host: &str) -> Result<Value> {
    let ran = network.client.try_sh(&format!("{ALICE} '{ASK} {host}'"))?;
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    let first = report.pointer("/causes/0/id").and_then(Value::as_str);
    ensure!(first == Some("mtu-black-hole"), "{report:#}");
    let mtu = report.pointer("/measured/path_mtu").context("nothing was measured")?;
    Ok(mtu.clone())
}

/// The largest size that passes and the smallest that does not, in the direction that has a limit.
fn bounds(mtu: &Value, towards: Towards) -> Result<(u64, u64)> {
    let (limited, free) = match towards {
        Towards::Server => ("to_server", "from_server"),
        Towards::Client => ("from_server", "to_server"),
    };
    let vanishes = |way: &str| mtu.pointer(&format!("/{way}/vanishes")).and_then(Value::as_u64);
    ensure!(vanishes(free).is_none(), "the other direction has no limit: {mtu}");
    let passes = mtu.pointer(&format!("/{limited}/passes")).and_then(Value::as_u64);
    passes.zip(vanishes(limited)).with_context(|| format!("no limit was found: {mtu}"))
}

fn is_exact(sshwhy: &Path, towards: Towards, index: usize) -> Result<()> {
    for (host, size) in [("10.77.2.2", OF_IPV4[index]), ("fd77:2::2", OF_IPV6[index])] {
        let network = hole(sshwhy, towards, size, &[])?;
        let found = bounds(&measured(&network, host)?, towards)?;
        let size = u64::from(size);
        ensure!(found == (size, size + 1), "{host}, {size} bytes towards {towards:?}: {found:?}");
    }
    Ok(())
}

/// The router says by ICMP that a packet is too large: then nothing is wrong.
fn is_told(sshwhy: &Path, towards: Towards, index: usize) -> Result<()> {
    for (host, size) in [("10.77.2.2", OF_IPV4[index]), ("fd77:2::2", OF_IPV6[index])] {
        let network = Network::start(Root::Machine)?;
        run::install(&network.client, sshwhy)?;
        path::mtu(&network, towards, size)?;
        network.sshd()?;
        let ran = network.client.try_sh(&format!("{ALICE} '{ASK} {host}'"))?;
        let report: Value = serde_json::from_str(&ran.stdout).context("no report")?;
        let causes = report.get("causes").and_then(Value::as_array).context("no causes")?;
        ensure!(causes.is_empty(), "{host}, {size} bytes towards {towards:?}: {report:#}");
    }
    Ok(())
}

/// A packet in a hundred is lost, and an answer takes 50 ms: the true size lies in what is said.
fn is_within(sshwhy: &Path, towards: Towards, index: usize) -> Result<()> {
    for (host, size) in [("10.77.2.2", OF_IPV4[index]), ("fd77:2::2", OF_IPV6[index])] {
        let network = hole(sshwhy, towards, size, &["delay=25", "lose=10"])?;
        let (passes, vanishes) = bounds(&measured(&network, host)?, towards)?;
        let within = (passes..vanishes).contains(&u64::from(size));
        ensure!(within, "{host}, {size} bytes towards {towards:?}: {passes} to {vanishes}");
    }
    Ok(())
}

/// Tries sizes in both directions, several at once; what went wrong.
fn wrong(indexes: &[usize], check: fn(&Path, Towards, usize) -> Result<()>) -> Vec<String> {
    let Some(sshwhy) = build::in_lab() else { return Vec::new() };
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let towards = if number % 2 == 0 { Towards::Server } else { Towards::Client };
            let Some(index) = indexes.get(number / 2) else { return };
            if let Err(error) = check(&sshwhy, towards, *index) {
                wrong.lock().expect("no other panic").push(format!("{error:#}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    wrong.into_inner().expect("no panic")
}

#[test]
fn a_limit_is_found_to_the_byte() {
    let all: Vec<usize> = (0..OF_IPV4.len()).collect();
    let wrong = wrong(&all, is_exact);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_icmp_tells_is_no_fault() {
    let all: Vec<usize> = (0..OF_IPV4.len()).collect();
    let wrong = wrong(&all, is_told);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Two sizes, or all where somebody has the time (`LONG=1`).
#[test]
fn loss_is_no_limit() {
    let is_long = std::env::var_os("LONG").is_some();
    let some: Vec<usize> = if is_long { (0..OF_IPV4.len()).collect() } else { vec![3, 9] };
    let wrong = wrong(&some, is_within);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the report tells to run is run as it stands: then a session carries large packets both ways.
#[test]
fn the_command_that_is_given_mends_it() {
    let Some(sshwhy) = build::in_lab() else { return };
    for towards in [Towards::Client, Towards::Server] {
        let network = hole(&sshwhy, towards, 1413, &[]).expect("a network");
        let carried = network.client.sh(MEND).expect("a session");
        let sizes: Vec<&str> = carried.split_whitespace().collect();
        assert_eq!(sizes, ["200000", "200000"], "towards {towards:?}");
    }
}

const MEND: &str = "
    command=$(sshwhy --no-auth 10.77.2.2 | grep -o 'sudo ip route add .*')
    ${command#sudo }
    ssh='timeout 20 ssh -o BatchMode=yes -o StrictHostKeyChecking=no alice@10.77.2.2'
    $ssh 'head -c 200000 /dev/zero' < /dev/null | wc -c
    head -c 200000 /dev/zero | $ssh 'wc -c'";
