//! Runs sshwhy against real daemons in namespaces and compares what it says with what is true.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use sshwhy_lab::install;
use sshwhy_lab::install::Readiness;
use sshwhy_lab::run;
use sshwhy_lab::run::Outcome;
use sshwhy_lab::run::Settings;
use sshwhy_lab::run::User;
use sshwhy_lab::scenario;
use sshwhy_lab::scenario::OnServer;
use sshwhy_lab::scenario::Scenario;
use sshwhy_lab::score;
use sshwhy_lab::score::Score;
use sshwhy_lab::score::Verdict;
use sshwhy_lab::score::joined;
use sshwhy_lab::score::joined::JoinedScore;
use sshwhy_lab::score::server;
use sshwhy_lab::score::server::ServerScore;

use crate::build;

/// Of the faults, so many must be named first or in an honest tie.
const RIGHT: f64 = 0.95;
/// Of the faults that a server shows, so many must be named there with their line.
const NAMED: f64 = 0.97;
/// An ordinary user may fall behind root by this.
const BEHIND: f64 = 0.05;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these scenarios
    slugs: Vec<String>,
    /// Run sshwhy as an ordinary user only
    #[arg(long, conflicts_with = "root")]
    unprivileged: bool,
    /// Run sshwhy as root only
    #[arg(long)]
    root: bool,
    /// Run sshwhy on the server only
    #[arg(long, conflicts_with_all = ["root", "unprivileged"])]
    server: bool,
    /// Look at the server and diagnose from the client with what was found there only
    #[arg(long, conflicts_with_all = ["root", "unprivileged", "server"])]
    joined: bool,
    /// Keep the recordings as golden cases
    #[arg(long)]
    bless: bool,
    /// So many scenarios at a time; most of their time is waiting
    #[arg(long, default_value_t = 6)]
    workers: usize,
    /// Fail when the lab cannot run here
    #[arg(long)]
    strict: bool,
    /// A sshwhy to prove instead of the one of this workspace
    #[arg(long)]
    sshwhy: Option<PathBuf>,
}

/// Runs the scenarios for all users and checks the promises.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match install::ensure()? {
        Readiness::Ready => {}
        Readiness::Skipped(why) if arguments.strict => bail!("the lab was skipped: {why}"),
        Readiness::Skipped(why) => {
            println!("skipped: the lab ({why})");
            return Ok(());
        }
    }
    let sshwhy = match &arguments.sshwhy {
        Some(path) => path.clone(),
        None => build::release()?,
    };
    let scenarios = select(&arguments.slugs)?;
    let users: &[User] = match (arguments.root, arguments.unprivileged) {
        _ if arguments.server || arguments.joined => &[],
        (true, _) => &[User::Root],
        (_, true) => &[User::Alice],
        _ => &[User::Root, User::Alice],
    };
    let mut rates = Vec::new();
    for user in users {
        println!("\n── as {} ──", if *user == User::Root { "root" } else { "an ordinary user" });
        let settings = Settings { sshwhy: sshwhy.clone(), user: *user, plain: false };
        let outcomes = outcomes(&settings, &scenarios, arguments.workers)?;
        if arguments.bless && *user == User::Alice {
            bless(&outcomes)?;
        }
        let scores: Vec<Score> =
            scenarios.iter().zip(&outcomes).map(|(s, o)| score::score(s, o)).collect();
        println!("{}", score::table(&scores));
        rates.push(check(&scores, arguments.slugs.is_empty())?);
    }
    if let [root, ordinary] = rates[..]
        && ordinary + BEHIND < root
    {
        bail!(
            "an ordinary user is told the truth in {ordinary:.3} of the faults, root in {root:.3}"
        );
    }
    let mut passed = scenarios.len() * users.len();
    let whole = !arguments.unprivileged && !arguments.root;
    if whole && !arguments.joined {
        passed += on_server(&sshwhy, &scenarios, arguments)?;
    }
    if whole && !arguments.server {
        passed += joined(&sshwhy, &scenarios, arguments)?;
    }
    println!("all promises kept\n{passed} passed, 0 failed");
    Ok(())
}

/// Looks at the server of every scenario and checks the promises; how many there were.
fn on_server(
    sshwhy: &Path,
    scenarios: &[&'static Scenario],
    arguments: &Arguments,
) -> Result<usize> {
    println!("\n── on the server ──");
    let work = |scenario| run::run_on_server(sshwhy, scenario);
    let outcomes = run::in_parallel(scenarios, arguments.workers, work, tell);
    let outcomes = outcomes.into_iter().collect::<Result<Vec<Outcome>>>()?;
    let scores: Vec<ServerScore> =
        scenarios.iter().zip(&outcomes).map(|(s, o)| server::score(s, o)).collect();
    println!("{}", server::table(&scores));
    let blamed: Vec<&str> =
        scores.iter().filter(|s| s.truth.is_none() && !s.right).map(|s| s.slug).collect();
    if !blamed.is_empty() {
        bail!("healthy and blamed on the server: {}", blamed.join(", "));
    }
    let shown = scores.iter().filter(|s| s.expected.is_some());
    let (right, wrong): (Vec<_>, Vec<_>) = shown.partition(|s| s.right);
    let rate = right.len() as f64 / (right.len() + wrong.len()).max(1) as f64;
    println!("named on the server: {:.1} % (promise: {:.0} %)", 100.0 * rate, 100.0 * NAMED);
    if arguments.slugs.is_empty() && rate < NAMED {
        let wrong: Vec<&str> = wrong.iter().map(|s| s.slug).collect();
        bail!("not named on the server: {}", wrong.join(", "));
    }
    Ok(scores.len())
}

/// Diagnoses from both ends wherever the server can decide, and in the controls; how many there were.
fn joined(sshwhy: &Path, scenarios: &[&'static Scenario], arguments: &Arguments) -> Result<usize> {
    println!("\n── both ends ──");
    let tells = |s: &&&'static Scenario| s.truth.is_none() || s.on_server != OnServer::Silent;
    let scenarios: Vec<&'static Scenario> = scenarios.iter().filter(tells).copied().collect();
    let work = |scenario| run::run_joined(sshwhy, scenario);
    let outcomes = run::in_parallel(&scenarios, arguments.workers, work, tell);
    let outcomes = outcomes.into_iter().collect::<Result<Vec<Outcome>>>()?;
    let scores: Vec<JoinedScore> =
        scenarios.iter().zip(&outcomes).map(|(s, o)| joined::score(s, o)).collect();
    println!("{}", joined::table(&scores));
    let open: Vec<&str> = scores.iter().filter(|s| !s.right).map(|s| s.slug).collect();
    if !open.is_empty() {
        bail!("not decided from both ends: {}", open.join(", "));
    }
    Ok(scores.len())
}

/// Says what went wrong with a run as soon as it did.
fn tell(scenario: &'static Scenario, outcome: &Result<Outcome>) {
    match outcome {
        Ok(outcome) if outcome.report.is_some() => {}
        Ok(outcome) => eprintln!("{}: no report: {}", scenario.slug, outcome.stderr.trim()),
        Err(error) => eprintln!("{}: {error:#}", scenario.slug),
    }
}

pub(crate) fn select(slugs: &[String]) -> Result<Vec<&'static Scenario>> {
    if slugs.is_empty() {
        return Ok(scenario::ALL.iter().collect());
    }
    let find = |slug: &String| {
        scenario::find(slug).with_context(|| format!("no scenario is called `{slug}`"))
    };
    slugs.iter().map(find).collect()
}

/// Runs the scenarios; those that could not be set up are an error.
pub(crate) fn outcomes(
    settings: &Settings,
    scenarios: &[&'static Scenario],
    workers: usize,
) -> Result<Vec<Outcome>> {
    run::run_all(settings, scenarios, workers, tell).into_iter().collect()
}

/// Checks the promises; the share of faults that were told right.
fn check(scores: &[Score], all: bool) -> Result<f64> {
    let faults: Vec<&Score> = scores.iter().filter(|s| s.truth.is_some()).collect();
    let right = faults.iter().filter(|s| s.verdict != Verdict::Wrong).count();
    let rate = right as f64 / faults.len().max(1) as f64;
    let blamed = scores.iter().filter(|s| s.truth.is_none() && s.verdict == Verdict::Wrong);
    let blamed: Vec<&str> = blamed.map(|s| s.slug).collect();
    let sure: Vec<&str> = scores.iter().filter(|s| s.sure_and_wrong).map(|s| s.slug).collect();
    if !sure.is_empty() {
        bail!("sure and wrong: {}", sure.join(", "));
    }
    let broken = |s: &Score| s.broken_promise.as_ref().map(|exit| format!("{} {exit}", s.slug));
    let exits: Vec<String> = scores.iter().filter_map(broken).collect();
    if !exits.is_empty() {
        bail!("exit codes that break their promise: {}", exits.join(", "));
    }
    if !blamed.is_empty() {
        bail!("healthy and blamed: {}", blamed.join(", "));
    }
    println!("told right: {:.1} % (promise: {:.0} %)", 100.0 * rate, 100.0 * RIGHT);
    if all && rate < RIGHT {
        bail!("only {right} of {} faults are told right", faults.len());
    }
    Ok(rate)
}

/// Keeps the recordings. What an ordinary user saw is the common case.
fn bless(outcomes: &[Outcome]) -> Result<()> {
    for outcome in outcomes {
        let Some(case) = &outcome.case else { continue };
        let folder = crate::root().join("cases/lab").join(outcome.slug);
        fs::create_dir_all(&folder)?;
        write(&folder.join("case.json"), case)?;
    }
    println!("wrote cases/lab; now: BLESS=1 cargo test -p sshwhy-core --test golden");
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("failed to write {}", path.display()))
}
