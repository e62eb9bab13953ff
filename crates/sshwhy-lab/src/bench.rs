//! How fast big rule sets are read and judged, beside the program that they belong to, on the same rules in the same run.

pub mod iptables;
pub mod nft;
pub mod wrappers;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// How many rules or lines.
    pub rules: usize,
    /// The size of the text that we read, bytes.
    pub input: usize,
    /// What the peer took for the same rules.
    pub peer: Duration,
    /// From the text to the first verdict.
    pub ours: Duration,
    /// A further verdict, in the mean over many packets.
    pub later: Duration,
    /// How much more memory the process has used at its peak for all of that but the text itself, KiB.
    pub memory: u64,
}

/// How long a thing takes, and what comes of it.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

/// A folder that goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("sshwhy-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).context("failed to make a folder")?;
        Ok(Self(path))
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        std::fs::write(&path, text).context("failed to write the rules")?;
        Ok(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder among the temporary ones that stays does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The most memory that this process has used, KiB (proc_pid_status(5)).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Makes the peak what is used now (proc_pid_clear_refs(5)).
fn forget_peak() {
    // Where it is not allowed, the figure is an upper one.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
