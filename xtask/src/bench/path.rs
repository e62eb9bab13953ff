//! Time to find how large packets may be, beside tracepath on the same path: 50 ms there and back, ICMP filtered.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use serde_json::Value;
use sshwhy_lab::fault::middlebox;
use sshwhy_lab::fault::path;
use sshwhy_lab::fault::path::Towards;
use sshwhy_lab::install;
use sshwhy_lab::install::Readiness;
use sshwhy_lab::network::Network;
use sshwhy_lab::root::Root;
use sshwhy_lab::run;

use crate::build;

/// From the first packet to the whole report, in seconds.
const LIMIT: f64 = 8.0;
/// Sizes that tunnels leave, and one that none does.
const PATHS: &[(Towards, u32)] = &[
    (Towards::Server, 1420),
    (Towards::Client, 1420),
    (Towards::Server, 1333),
    (Towards::Client, 1333),
];

pub(crate) fn run() -> Result<()> {
    if let Readiness::Skipped(why) = install::ensure()? {
        println!("bench skipped: {why}");
        return Ok(());
    }
    let sshwhy = build::release()?;
    println!("{:<26} {:>16} {:>16} {:>7}", "limit", "sshwhy", "tracepath", "ratio");
    let mut slowest: f64 = 0.0;
    for (towards, size) in PATHS {
        let (ours, mtu, theirs, said) = measure(&sshwhy, *towards, *size)?;
        let limit = format!("{size} towards the {towards:?}").to_lowercase();
        println!(
            "{limit:<26} {ours:>6.1} s: {mtu:<7} {theirs:>6.1} s: {said:<7} {:>7.2}",
            ours / theirs
        );
        if mtu != size.to_string() {
            bail!("{limit}: {mtu} was measured");
        }
        if *towards == Towards::Server && said == mtu {
            bail!("tracepath finds it, so that ICMP is not filtered");
        }
        slowest = slowest.max(ours);
    }
    println!("slowest: {slowest:.1} s (promise: {LIMIT:.0} s)");
    if slowest > LIMIT {
        bail!("slower than promised");
    }
    Ok(())
}

/// Our time and what we found; tracepath's time and what it found.
fn measure(sshwhy: &Path, towards: Towards, size: u32) -> Result<(f64, String, f64, String)> {
    let network = Network::start(Root::Machine)?;
    run::install(&network.client, sshwhy)?;
    path::mtu_hole(&network, towards, size)?;
    middlebox::between(&network, &["delay=25"])?;
    network.sshd()?;
    let began = Instant::now();
    let ran = network.client.try_sh("sshwhy --format json --no-auth 10.77.2.2")?;
    let ours = began.elapsed().as_secs_f64();
    let report: Value = serde_json::from_str(&ran.stdout).with_context(|| format!("{ran:?}"))?;
    let way = if towards == Towards::Server { "to_server" } else { "from_server" };
    let passes =
        report.pointer(&format!("/measured/path_mtu/{way}/passes")).and_then(Value::as_u64);
    let began = Instant::now();
    // It knows only the way there, and gives up when nothing answers.
    let ran = network.client.try_sh("timeout 60 tracepath -n -m 5 10.77.2.2")?;
    let theirs = began.elapsed().as_secs_f64();
    let said = ran.stdout.split("pmtu ").last().and_then(|rest| rest.split_whitespace().next());
    let found = passes.map_or("nothing".to_owned(), |size| size.to_string());
    Ok((ours, found, theirs, said.unwrap_or("nothing").to_owned()))
}
