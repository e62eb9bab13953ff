//! What a scenario is, and the sets of ids among which a client alone cannot choose.
//!
//! Must never hold what belongs to one scenario only.

use anyhow::Result;

use crate::network::Network;
use crate::root::Root;

/// One thing that can be wrong, or unusual and fine, between a client and a server.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name, kebab-case, as its file.
    pub slug: &'static str,
    /// What is broken, in one line; for a control: what is unusual.
    pub broken: &'static str,
    /// The id of the one true cause; `None` for a healthy control.
    pub truth: Option<&'static str>,
    /// All ids that a client which sees nothing of the server can honestly name besides `truth`.
    pub honest: &'static [&'static str],
    /// Ids that must not be said.
    pub never: &'static [&'static str],
    /// Arguments of sshwhy; by default the host name `server`.
    pub args: &'static [&'static str],
    /// What the server's file system is made of.
    pub server: Root,
    /// What plain `ssh` shows. Checked by `sshwhy-lab check`.
    pub plain: Plain,
    /// Options of that plain ssh, when it is not simply `ssh server true`.
    pub plain_args: &'static [&'static str],
    /// What the server alone can tell.
    pub on_server: OnServer,
    /// Arguments of `sshwhy server`, when it is not simply the client and alice.
    pub server_args: &'static [&'static str],
    /// Breaks the network and starts the daemons.
    pub set_up: fn(&Network) -> Result<()>,
}

/// What `sshwhy server` says after a client has tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnServer {
    /// Nothing on the server shows the fault, so that nothing may be blamed.
    Silent,
    /// It names the true cause first, and its evidence holds these words: a file and line, a rule.
    Shows(&'static str),
    /// It names the cause of this id, which is behind the one that a client meets, with evidence
    /// that holds these words.
    Explains(&'static str, &'static str),
}

impl OnServer {
    /// What the server names, and the words of its evidence; `None` when it shows nothing.
    #[must_use]
    pub fn expected(self, truth: Option<&'static str>) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Silent => None,
            Self::Shows(words) => truth.map(|truth| (truth, words)),
            Self::Explains(id, words) => Some((id, words)),
        }
    }
}

/// How `ssh -v -o BatchMode=yes server true` ends when it may take 20 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// It exits with another code than 0 and says this.
    Fails(&'static str),
    /// It is still there after 20 s, and one of the last three lines that it said contains this.
    Hangs(&'static str),
    /// Chance decides.
    Varies,
    /// It works and exits with 0.
    Works,
}

impl Scenario {
    /// A fault whose true cause is `truth`, with defaults for the rest.
    pub(super) const fn fault(
        slug: &'static str,
        truth: &'static str,
        broken: &'static str,
        set_up: fn(&Network) -> Result<()>,
    ) -> Scenario {
        Scenario {
            truth: Some(truth),
            plain: Plain::Fails(""),
            ..Self::control(slug, broken, set_up)
        }
    }

    /// A healthy but unusual network.
    pub(super) const fn control(
        slug: &'static str,
        broken: &'static str,
        set_up: fn(&Network) -> Result<()>,
    ) -> Scenario {
        Scenario {
            slug,
            broken,
            truth: None,
            honest: &[],
            never: &[],
            args: &["server"],
            server: Root::Machine,
            plain: Plain::Works,
            plain_args: &["server", "true"],
            on_server: OnServer::Silent,
            server_args: &["--from", "10.77.1.2", "--user", "alice"],
            set_up,
        }
    }

    /// Whether a client alone may honestly name `id`.
    #[must_use]
    pub fn allows(&self, id: &str) -> bool {
        self.truth == Some(id) || self.honest.contains(&id)
    }
}

/// SYNs without any answer: what a client can honestly name.
pub(super) const SILENT: &[&str] = &[
    "asymmetric-route",
    "ban-daemon",
    "cloud-nacl",
    "cloud-route",
    "cloud-security-group",
    "conntrack-full",
    "fail2ban-ban",
    "firewall-drop",
    "host-down",
    "local-firewall",
    "rate-limit-rule",
    "source-address-mismatch",
    "syn-backlog-overflow",
    "unit-ip-deny",
    "vpn-policy-denied",
];

/// As [`SILENT`], when other ports of the host answer.
pub(super) const SILENT_OR_BUSY: &[&str] = &[
    "ban-daemon",
    "cloud-nacl",
    "cloud-security-group",
    "fail2ban-ban",
    "firewall-drop",
    "host-down",
    "local-firewall",
    "rate-limit-rule",
    "server-overloaded",
    "source-address-mismatch",
    "sshd-hung",
    "syn-backlog-overflow",
];

/// A reset in answer to the SYN. A rule that counts cannot be told from one that does not while the
/// count lasts.
pub(super) const REFUSED: &[&str] = &[
    "ban-daemon",
    "fail2ban-ban",
    "firewall-tcp-reset",
    "hostkey-permissions",
    "hostkeys-missing",
    "no-listener",
    "port-in-use",
    "rate-limit-rule",
    "sshd-config-error",
    "sshd-listens-elsewhere",
    "sshd-restarted",
];

/// An ICMP error in answer to the SYN.
pub(super) const REJECTED: &[&str] = &[
    "ban-daemon",
    "fail2ban-ban",
    "firewall-reject",
    "no-route",
    "rate-limit-rule",
    "source-address-mismatch",
    "unit-ip-deny",
];

/// The connection ends some milliseconds after it was opened, before sshd's child says anything.
pub(super) const CHILD_DIES: &[&str] = &[
    "hostkey-permissions",
    "hostkeys-missing",
    "library-version-mismatch",
    "load-balancer-reset",
    "privsep-dir-missing",
    "resource-exhausted",
    "sandbox-violation",
    "sshd-config-error",
    "sshd-crash",
    "sshd-helper-missing",
];

/// `Permission denied` after a key was offered and not accepted.
pub(super) const DENIED: &[&str] = &[
    "account-locked",
    "authorized-keys-not-found",
    "authorized-keys-permissions",
    "key-not-authorized",
    "pam-denied",
    "shell-invalid",
    "user-not-allowed",
    "user-unknown",
];
