//! Keys that all runs share, so that a host's key is the same in every recorded case and no run
//! waits for a new RSA key.
//!
//! Must never hold a key that opens anything outside of the lab.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

use crate::root::cache;

/// The hosts that run sshd, with the names and addresses under which the client knows their keys.
const HOSTS: &[(&str, &str)] = &[
    ("server", "server,prod,server6,dual,10.77.2.2,fd77:2::2,[server]:2222,[10.77.2.2]:2222"),
    ("router", "router,jump,10.77.1.1"),
    ("client", "client,localhost,10.77.1.2"),
];

static MAKING: Mutex<()> = Mutex::new(());

/// The folder with `user/id_ed25519`, `HOST/ssh_host_*_key` and `known_hosts`, made the first time.
///
/// # Errors
/// When ssh-keygen is missing or the cache cannot be written.
pub(crate) fn ensure() -> Result<PathBuf> {
    let done = cache()?.join("keys");
    let _guard = MAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if done.is_dir() {
        return Ok(done);
    }
    let part = cache()?.join("keys.part");
    let _ = std::fs::remove_dir_all(&part);
    std::fs::create_dir_all(part.join("user"))?;
    key(&part.join("user/id_ed25519"), "ed25519", "alice@client")?;
    let mut known_hosts = String::new();
    for (host, names) in HOSTS {
        std::fs::create_dir_all(part.join(host))?;
        for kind in ["ed25519", "ecdsa", "rsa"] {
            let path = part.join(host).join(format!("ssh_host_{kind}_key"));
            key(&path, kind, &format!("root@{host}"))?;
            let public = std::fs::read_to_string(path.with_extension("pub"))?;
            known_hosts.push_str(&format!("{names} {public}"));
        }
    }
    std::fs::write(part.join("known_hosts"), known_hosts)?;
    std::fs::rename(&part, &done)?;
    Ok(done)
}

fn key(path: &Path, kind: &str, comment: &str) -> Result<()> {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-t", kind, "-C", comment, "-f"])
        .arg(path)
        .status()
        .context("failed to run ssh-keygen (install the package `openssh-client`)")?;
    if !made.success() {
        bail!("ssh-keygen made no {kind} key at {}", path.display());
    }
    Ok(())
}
