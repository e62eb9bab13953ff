//! A short run of every fuzz target: enough to catch what breaks at once, in CI's time.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;

use crate::build;

/// The version that the fuzz crate was made with.
const CARGO_FUZZ: &str = "0.13.2";
/// More than cores: what counts is the time that each target is given, and CI has an end.
const WORKERS: usize = 4;
/// No input is longer than this, in bytes.
const LONGEST: usize = 20_000;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seconds for each target
    #[arg(default_value_t = 60)]
    seconds: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    smoke(arguments.seconds)
}

/// Runs every target for so many seconds; a finding is an error that names its file.
pub(crate) fn smoke(seconds: u64) -> Result<()> {
    if Command::new("cargo-fuzz").arg("--version").output().is_err() {
        build::cargo(&["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked"])?;
    }
    build::cargo(&["fuzz", "build", "--sanitizer", "none"])?;
    let targets = targets()?;
    let queue = Mutex::new(targets.iter());
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(target) = queue.lock().ok().and_then(|mut q| q.next()) else { return };
                    let result = fuzz(target, seconds);
                    if let (Err(error), Ok(mut found)) = (result, found.lock()) {
                        found.push(format!("{target}: {error:#}"));
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_default();
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    println!("fuzz: {} targets for {seconds} s each, nothing found", targets.len());
    Ok(())
}

fn targets() -> Result<Vec<String>> {
    let folder = crate::root().join("fuzz/fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .with_context(|| format!("failed to read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn fuzz(target: &str, seconds: u64) -> Result<()> {
    let fuzz = crate::root().join("fuzz");
    let corpus = fuzz.join("corpus").join(target);
    fs::create_dir_all(&corpus)?;
    let artifacts = fuzz.join("artifacts").join(target);
    fs::create_dir_all(&artifacts)?;
    let output = Command::new(binary(&fuzz, target)?)
        .arg(&corpus)
        .arg(fuzz.join("seeds").join(target))
        // What people paste is a corpus of its own.
        .args((target == "pasted").then(|| crate::root().join("cases/field")))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .output()
        .context("failed to run the fuzz target")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let done = said.lines().rfind(|l| l.starts_with("Done ")).unwrap_or("no summary");
    println!("fuzz {target}: {done}");
    if !output.status.success() {
        let tail: Vec<&str> = said.lines().rev().take(12).collect();
        bail!("{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

/// Where cargo-fuzz leaves the program: it builds for an explicit target triple.
fn binary(fuzz: &Path, target: &str) -> Result<PathBuf> {
    let built =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| fuzz.join("target"), PathBuf::from);
    let triples = fs::read_dir(&built).with_context(|| format!("no {}", built.display()))?;
    triples
        .filter_map(|entry| Some(entry.ok()?.path().join("release").join(target)))
        .find(|path| path.is_file())
        .with_context(|| format!("cargo fuzz did not build {target}"))
}
