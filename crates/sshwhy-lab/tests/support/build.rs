//! The program under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sshwhy_lab::network::Network;
use sshwhy_lab::{run, scenario, tool};

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

/// The same, where the lab can run; it is ready then.
#[allow(dead_code, reason = "not every test begins so")]
pub(crate) fn in_lab() -> Option<PathBuf> {
    let lab = env!("CARGO_BIN_EXE_sshwhy-lab");
    tool::start_from(lab);
    crate::support::ready().then(|| sshwhy(lab).expect("a sshwhy"))
}

/// A scenario's network, with that sshwhy on the server.
#[allow(dead_code, reason = "not every test looks at a server")]
pub(crate) fn up(slug: &str, sshwhy: &Path) -> Result<Network> {
    let network = run::bring_up(scenario::find(slug).context("no such scenario")?)?;
    run::install(&network.server, sshwhy)?;
    Ok(network)
}
