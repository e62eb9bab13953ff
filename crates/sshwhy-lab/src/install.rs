//! What the lab needs on the machine: Debian packages, installed when we are root and asked to.
//!
//! Must never start a daemon on the machine: the services are only used inside lab hosts.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The packages, each with a program or file that shows that it is there.
const PACKAGES: &[(&str, &str)] = &[
    ("conntrack", "/usr/sbin/conntrack"),
    ("debootstrap", "/usr/sbin/debootstrap"),
    ("dnsmasq-base", "/usr/sbin/dnsmasq"),
    ("dropbear-bin", "/usr/sbin/dropbear"),
    ("ethtool", "/usr/sbin/ethtool"),
    ("fail2ban", "/usr/bin/fail2ban-server"),
    ("iproute2", "/usr/sbin/ip"),
    ("ipset", "/usr/sbin/ipset"),
    ("iptables", "/usr/sbin/iptables-legacy"),
    ("iputils-tracepath", "/usr/bin/tracepath"),
    ("nftables", "/usr/sbin/nft"),
    ("openssh-client", "/usr/bin/ssh"),
    ("openssh-server", "/usr/sbin/sshd"),
    ("openssh-sftp-server", "/usr/lib/openssh/sftp-server"),
    ("procps", "/usr/bin/ps"),
    ("psmisc", "/usr/bin/killall"),
    ("rsyslog", "/usr/sbin/rsyslogd"),
    ("sudo", "/usr/bin/sudo"),
    ("tcpd", "/usr/sbin/tcpdmatch"),
    ("tcpdump", "/usr/bin/tcpdump"),
    ("ufw", "/usr/sbin/ufw"),
    ("util-linux", "/usr/bin/unshare"),
];

/// Forbids packages to start services while they are installed (Debian policy, invoke-rc.d(8)).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Whether the lab can run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Everything is there.
    Ready,
    /// The lab cannot run, and why; the word to print is *skipped*.
    Skipped(String),
}

/// Finds out what is missing, and installs it when this process is root on a Debian machine.
///
/// # Errors
/// When apt-get was run and failed.
pub fn ensure() -> Result<Readiness> {
    if !is_root()? {
        return Ok(Readiness::Skipped("not root".to_owned()));
    }
    let missing = missing();
    if missing.is_empty() {
        return Ok(Readiness::Ready);
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        return Ok(Readiness::Skipped(format!("missing: {}", missing.join(" "))));
    }
    let policy = Policy::forbid()?;
    // Package lists of a fresh image are absent or old, so that an install without an update fails.
    apt(&["update"])?;
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)?;
    drop(policy);
    Ok(Readiness::Ready)
}

/// The packages whose files are not on this machine.
#[must_use]
pub fn missing() -> Vec<&'static str> {
    let absent = PACKAGES.iter().filter(|(_, file)| !Path::new(file).exists());
    absent.map(|(package, _)| *package).collect()
}

fn is_root() -> Result<bool> {
    let status =
        std::fs::read_to_string("/proc/self/status").context("failed to read /proc/self/status")?;
    let effective =
        status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1));
    Ok(effective == Some("0"))
}

fn apt(words: &[&str]) -> Result<()> {
    let output = Command::new("apt-get")
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .context("failed to run apt-get")?;
    if !output.status.success() {
        bail!(
            "apt-get {} failed: {}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

/// Our policy-rc.d, taken away again when dropped; one that was there already is left as it is.
struct Policy {
    ours: bool,
}

impl Policy {
    fn forbid() -> Result<Policy> {
        use std::os::unix::fs::PermissionsExt;
        if Path::new(POLICY).exists() {
            return Ok(Policy { ours: false });
        }
        std::fs::write(POLICY, "#!/bin/sh\nexit 101\n")
            .with_context(|| format!("failed to write {POLICY}"))?;
        std::fs::set_permissions(POLICY, std::fs::Permissions::from_mode(0o755))?;
        Ok(Policy { ours: true })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.ours {
            // Nothing can be done about a failure here, and the file only forbids.
            let _ = std::fs::remove_file(POLICY);
        }
    }
}
