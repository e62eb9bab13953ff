//! The lab on its own: list scenarios, check what plain ssh shows in them, enter one, or run sshwhy
//! in them.
//!
//! Must never do anything that `sshwhy_lab` does not offer to other programs.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line of a development tool"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use sshwhy_lab::install::{self, Readiness};
use sshwhy_lab::run::{self, PlainEnd, Settings, User};
use sshwhy_lab::scenario::{self, Scenario};
use sshwhy_lab::{score, tool};

const USAGE: &str = "usage: sshwhy-lab COMMAND
  list                                  every scenario
  check [--alice] [SLUG…]               does plain ssh show what the scenario says?
  shell SLUG [--alice] [COMMAND…]       bring a scenario up and run a command or a shell in its client
  run SSHWHY [--alice] [--plain] [--cases DIR] [SLUG…]   run a sshwhy binary and print the scores";

fn main() -> ExitCode {
    tool::dispatch();
    let words: Vec<String> = std::env::args().skip(1).collect();
    match command(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn command(words: &[String]) -> Result<bool> {
    let Some((name, rest)) = words.split_first() else { bail!("{USAGE}") };
    if name == "list" {
        list();
        return Ok(true);
    }
    if let Readiness::Skipped(why) = install::ensure()? {
        println!("skipped: {why}");
        return Ok(false);
    }
    match name.as_str() {
        "check" => {
            let (user, slugs) = user(rest);
            Ok(check(&select(slugs)?, user))
        }
        "shell" => shell(rest),
        "run" => run_sshwhy(rest),
        _ => bail!("{USAGE}"),
    }
}

fn list() {
    for scenario in scenario::ALL {
        println!(
            "{:<32} {:<28} {}",
            scenario.slug,
            scenario.truth.unwrap_or("healthy"),
            scenario.broken
        );
    }
    let faults = scenario::ALL.iter().filter(|scenario| scenario.truth.is_some()).count();
    println!("{faults} faults, {} controls", scenario::ALL.len() - faults);
}

fn select(slugs: &[String]) -> Result<Vec<&'static Scenario>> {
    if slugs.is_empty() {
        return Ok(scenario::ALL.iter().collect());
    }
    slugs
        .iter()
        .map(|slug| scenario::find(slug).with_context(|| format!("no scenario is called {slug}")))
        .collect()
}

/// Takes a leading `--alice` off the words.
fn user(words: &[String]) -> (User, &[String]) {
    match words.split_first() {
        Some((first, rest)) if first == "--alice" => (User::Alice, rest),
        _ => (User::Root, words),
    }
}

fn check(scenarios: &[&'static Scenario], user: User) -> bool {
    let print = |scenario: &Scenario, checked: &Result<Result<PlainEnd, String>>| match checked {
        Ok(Ok(end)) => {
            println!("✓ {:<32} exit {:?} after {:.2} s", scenario.slug, end.exit, end.seconds)
        }
        Ok(Err(why)) => println!("✗ {:<32} {why}", scenario.slug),
        Err(error) => println!("✗ {:<32} {error:#}", scenario.slug),
    };
    let checked = run::in_parallel(scenarios, 6, |scenario| run::check(scenario, user), print);
    let failed = checked.iter().filter(|checked| !matches!(checked, Ok(Ok(_)))).count();
    println!("{failed} of {} scenarios do not show what they say", scenarios.len());
    failed == 0
}

fn shell(words: &[String]) -> Result<bool> {
    let Some((slug, rest)) = words.split_first() else { bail!("{USAGE}") };
    let scenario = scenario::find(slug).with_context(|| format!("no scenario is called {slug}"))?;
    let (user, rest) = user(rest);
    let network = run::bring_up(scenario)?;
    eprintln!(
        "{slug}: {} (server is process {}, router {})",
        scenario.broken,
        network.server.pid(),
        network.router.pid()
    );
    let words = if rest.is_empty() { vec!["bash".to_owned()] } else { rest.to_vec() };
    let ended = run::user_command(&network.client, user, 0, &words)
        .stdin(std::process::Stdio::inherit())
        .status()?;
    Ok(ended.success())
}

fn run_sshwhy(words: &[String]) -> Result<bool> {
    let Some((sshwhy, rest)) = words.split_first() else { bail!("{USAGE}") };
    let mut settings = Settings { sshwhy: PathBuf::from(sshwhy), user: User::Root, plain: false };
    let mut cases = None;
    let mut slugs = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--alice" => settings.user = User::Alice,
            "--plain" => settings.plain = true,
            "--cases" => {
                cases = Some(PathBuf::from(rest.next().context("--cases needs a folder")?))
            }
            _ => slugs.push(word.clone()),
        }
    }
    let scenarios = select(&slugs)?;
    let outcomes = run::run_all(&settings, &scenarios, 2, |scenario, outcome| match outcome {
        Ok(outcome) => eprintln!("{} {:?} {:.2} s", scenario.slug, outcome.exit, outcome.seconds),
        Err(error) => eprintln!("{}: {error:#}", scenario.slug),
    });
    let mut scores = Vec::new();
    for (scenario, outcome) in scenarios.iter().zip(outcomes) {
        let outcome = outcome?;
        if outcome.report.is_none() {
            eprintln!("{}: no report:\n{}{}", outcome.slug, outcome.stdout, outcome.stderr);
        }
        if let (Some(folder), Some(case)) = (&cases, &outcome.case) {
            std::fs::create_dir_all(folder)?;
            std::fs::write(folder.join(format!("{}.case", scenario.slug)), case)?;
        }
        scores.push(score::score(scenario, &outcome));
    }
    print!("{}", score::table(&scores));
    let kept = |score: &score::Score| {
        score.verdict != score::Verdict::Wrong && score.broken_promise.is_none()
    };
    Ok(scores.iter().all(kept))
}
