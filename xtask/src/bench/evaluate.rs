//! Reading and judging big rule sets, beside the programs that they belong to; and a whole look at a server.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use sshwhy_lab::bench;
use sshwhy_lab::bench::Numbers;
use sshwhy_lab::install;
use sshwhy_lab::install::Readiness;
use sshwhy_lab::run;
use sshwhy_lab::scenario;

use crate::build;

/// A verdict on rules that are read already takes at most this.
const LATER: Duration = Duration::from_micros(10);
/// A whole look at a sound host takes at most this, seconds.
const LOOK: f64 = 1.5;
/// Each is measured so often; the median counts.
const TIMES: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Rules and lines of each input
    #[arg(long, default_value_t = 100_000)]
    rules: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Readiness::Skipped(why) = install::ensure()? {
        println!("bench skipped: {why}");
        return Ok(());
    }
    if cfg!(debug_assertions) {
        return in_release(arguments);
    }
    let rules = arguments.rules;
    // The smallest first: memory that one has given back would hide what the next one takes.
    let kept = [
        compare("hosts.allow, to tcpdmatch", 2.0, false, || bench::wrappers::bench(rules))?,
        compare("iptables, to iptables-restore --test", 2.0, true, || {
            bench::iptables::bench(rules)
        })?,
        compare("nftables, to nft -c", 0.2, true, || bench::nft::bench(rules))?,
        look()?,
    ];
    ensure!(kept.iter().all(|kept| *kept), "slower than promised");
    Ok(())
}

/// What is measured is what users run.
fn in_release(arguments: &Arguments) -> Result<()> {
    let rules = arguments.rules.to_string();
    let words =
        ["run", "--quiet", "--release", "--package", "xtask", "--", "bench", "evaluate", "--rules"];
    let ran = Command::new("cargo").args(words).arg(rules).status()?;
    ensure!(ran.success(), "slower than promised");
    Ok(())
}

/// Whether we take at most `ratio` of what the peer takes.
fn compare(
    name: &str,
    ratio: f64,
    has_later: bool,
    measure: impl Fn() -> Result<Numbers>,
) -> Result<bool> {
    let mut all: Vec<Numbers> = (0..TIMES).map(|_| measure()).collect::<Result<_>>()?;
    let measured = |numbers: &Numbers| numbers.ours.as_secs_f64() / numbers.peer.as_secs_f64();
    all.sort_by(|a, b| measured(a).total_cmp(&measured(b)));
    let Some(numbers) = all.get(TIMES / 2) else { bail!("nothing was measured") };
    let ours = measured(numbers);
    let memory = all.iter().map(|numbers| numbers.memory).max().unwrap_or(0);
    println!(
        "{name}: {} rules, {} KiB: peer {:.0?}, ours {:.0?}: ratio {ours:.2} (promise: {ratio}); memory {} KiB, {:.1} bytes for each of the input",
        numbers.rules,
        numbers.input / 1024,
        numbers.peer,
        numbers.ours,
        memory,
        memory as f64 * 1024.0 / numbers.input.max(1) as f64,
    );
    if has_later {
        println!("  a later verdict {:.2?} (promise: {LATER:.0?})", numbers.later);
    }
    Ok(ours <= ratio && (!has_later || numbers.later <= LATER))
}

/// Whether a look at a sound host is as quick as promised.
fn look() -> Result<bool> {
    let sshwhy = build::release()?;
    let Some(scenario) = scenario::find("plain-host") else { bail!("no plain host") };
    let mut seconds: Vec<f64> = (0..TIMES)
        .map(|_| Ok(run::run_on_server(&sshwhy, scenario)?.seconds))
        .collect::<Result<_>>()?;
    seconds.sort_by(f64::total_cmp);
    let Some(median) = seconds.get(TIMES / 2) else { bail!("nothing was measured") };
    println!("sshwhy server on a sound host: {median:.2} s (promise: {LOOK} s)");
    Ok(*median <= LOOK)
}
