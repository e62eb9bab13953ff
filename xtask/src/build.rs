//! Builds what is shipped, and says how long it took and how large it is.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;

/// Builds the release binary; its path.
pub(crate) fn release() -> Result<PathBuf> {
    let began = Instant::now();
    cargo(&["build", "--release", "--package", "sshwhy"])?;
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| crate::root().join("target"), PathBuf::from);
    let binary = target.join("release/sshwhy");
    let size = binary.metadata().with_context(|| format!("no {}", binary.display()))?.len();
    println!(
        "release build: {:.1} s; binary: {:.1} MB",
        began.elapsed().as_secs_f64(),
        size as f64 / 1e6
    );
    Ok(binary)
}

/// Runs cargo in the root of the workspace.
pub(crate) fn cargo(words: &[&str]) -> Result<()> {
    println!("$ cargo {}", words.join(" "));
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program).args(words).current_dir(crate::root()).status()?;
    if !status.success() {
        bail!("cargo {} failed", words.join(" "));
    }
    Ok(())
}
