//! Time to verdict, beside the time that ssh itself takes to fail.

use std::path::PathBuf;

use anyhow::Result;
use anyhow::bail;
use sshwhy_lab::install;
use sshwhy_lab::install::Readiness;
use sshwhy_lab::run::Outcome;
use sshwhy_lab::run::Settings;
use sshwhy_lab::run::User;
use sshwhy_lab::scenario::Scenario;

use crate::build;
use crate::lab;

/// The verdict may take so much longer than ssh takes to fail, in the median.
const RATIO: f64 = 1.5;
/// A connection attempt that nothing answers is judged within this, in seconds.
const SILENT_DROP: f64 = 6.0;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these scenarios
    slugs: Vec<String>,
    /// So many scenarios at a time; most of their time is waiting
    #[arg(long, default_value_t = 2)]
    workers: usize,
    /// A sshwhy to measure instead of the one of this workspace
    #[arg(long)]
    sshwhy: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { slugs, workers, sshwhy } = arguments;
    if let Readiness::Skipped(why) = install::ensure()? {
        println!("bench skipped: {why}");
        return Ok(());
    }
    let sshwhy = match sshwhy {
        Some(path) => path.clone(),
        None => build::release()?,
    };
    let mut scenarios = lab::select(slugs)?;
    scenarios.retain(|s| s.truth.is_some());
    let settings = Settings { sshwhy, user: User::Alice, plain: true };
    // By default one on each core: what is measured must not wait for a neighbour.
    let outcomes = lab::outcomes(&settings, &scenarios, *workers)?;
    verdict(&scenarios, &outcomes)
}

fn verdict(scenarios: &[&Scenario], outcomes: &[Outcome]) -> Result<()> {
    println!("{:<34} {:>8} {:>8} {:>7}", "scenario", "ssh s", "sshwhy s", "ratio");
    let mut ratios = Vec::new();
    let mut slowest: f64 = 0.0;
    for (scenario, outcome) in scenarios.iter().zip(outcomes) {
        let Some((_, plain)) = outcome.plain else { continue };
        let ratio = outcome.seconds / plain.max(0.001);
        println!("{:<34} {plain:>8.2} {:>8.2} {ratio:>7.2}", scenario.slug, outcome.seconds);
        ratios.push(ratio);
        let told = outcome.report.as_ref().and_then(|r| r.get("outcome")?.as_str());
        if told == Some("timeout") {
            slowest = slowest.max(outcome.seconds);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let Some(median) = ratios.get(ratios.len() / 2) else { bail!("nothing was measured") };
    println!("median ratio {median:.2} (promise: {RATIO}); ssh was observed for at most 20 s");
    println!("slowest silent drop {slowest:.2} s (promise: {SILENT_DROP})");
    if *median > RATIO || slowest > SILENT_DROP {
        bail!("slower than promised");
    }
    Ok(())
}
