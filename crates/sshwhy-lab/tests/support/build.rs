//! The program under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The sshwhy of this workspace, as it is now: cargo builds programs for the tests of their own
/// package only. `lab` is the lab's own program.
pub(crate) fn sshwhy(lab: &str) -> Result<PathBuf> {
    let lab = Path::new(lab);
    let target = lab.ancestors().nth(2).context("no target directory")?;
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "sshwhy", "--profile", profile, "--target-dir"])
        .arg(target)
        .status()?;
    ensure!(built.success(), "sshwhy was not built");
    Ok(lab.with_file_name("sshwhy"))
}
