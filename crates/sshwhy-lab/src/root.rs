//! The file systems that hosts are made of: this machine's own, or another Debian release kept in
//! the cache.
//!
//! Must never write into either: hosts see them through an overlay whose upper layer is memory.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

/// A Debian release that a host can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// This machine: Debian 12 with OpenSSH 9.2p1, linked with libwrap.
    Machine,
    /// Debian 13: OpenSSH 10.0 with penalties and the split into `sshd`, `sshd-session` and
    /// `sshd-auth`.
    Trixie,
}

/// Two workers must not build the same root at once.
static BUILDING: Mutex<()> = Mutex::new(());

impl Root {
    /// The folder that is the lower layer of the overlay. Another release is fetched from the
    /// Debian mirror the first time.
    ///
    /// # Errors
    /// When debootstrap is missing or fails.
    pub fn path(self) -> Result<PathBuf> {
        let suite = match self {
            Root::Machine => return Ok(PathBuf::from("/")),
            Root::Trixie => "trixie",
        };
        let done = cache()?.join(suite);
        let _guard = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !done.is_dir() {
            let part = cache()?.join(format!("{suite}.part"));
            let _ = std::fs::remove_dir_all(&part);
            let output = Command::new("debootstrap")
                .args([
                    "--variant=minbase",
                    "--include=openssh-server,openssh-client,iproute2,procps",
                ])
                .args([suite, &part.to_string_lossy(), "http://deb.debian.org/debian"])
                .output()
                .context("failed to run debootstrap (install the package `debootstrap`)")?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stdout);
                bail!("debootstrap of {suite} failed: {}", said.lines().last().unwrap_or_default());
            }
            // Only a whole root gets the name that is looked for.
            std::fs::rename(&part, &done)?;
        }
        Ok(done)
    }
}

/// Where roots and fixtures are kept between runs: `/var/cache/sshwhy-lab`, or below
/// `$XDG_CACHE_HOME`.
///
/// # Errors
/// When it cannot be made.
pub fn cache() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map_or_else(|| PathBuf::from("/var/cache"), PathBuf::from);
    let cache = cache.join("sshwhy-lab");
    std::fs::create_dir_all(&cache)
        .with_context(|| format!("failed to make the cache {}", cache.display()))?;
    Ok(cache)
}
