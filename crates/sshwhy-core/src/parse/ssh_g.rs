//! The configuration that `ssh -G HOST` prints: one `keyword value` pair per line, keywords in lower case (`ssh(1)`, `-G`;
//! `dump_client_config` in `readconf.c`).
//!
//! Must never fill in a value that ssh did not print with anything but OpenSSH's own default, and never drop a pair: what has
//! no field here stays in [`ClientConfig::others`].

use std::time::Duration;

use crate::parse::target::Destination;
use crate::parse::target::parse_jump_chain;

mod client_error;
mod defaults;
mod ip_qos;

pub use self::client_error::ClientError;
pub use self::client_error::ClientErrorKind;
pub use self::client_error::ConfigPlace;
pub use self::client_error::parse_client_error;
pub use self::client_error::parse_client_errors;
pub use self::ip_qos::IpQos;

/// Longest output that is read, in bytes; ssh prints about 6 kB. What lies beyond is ignored.
pub const MAX_OUTPUT_BYTES: usize = 1 << 20;

/// The client configuration for one host, with ssh's own defaults where nothing was set (`ssh_config(5)`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// `User`: the login name on the server. Empty when nobody asked ssh.
    pub user: String,
    /// `HostName`: the name or address to connect to. Empty when nobody asked ssh.
    pub hostname: String,
    /// `Port`.
    pub port: u16,
    /// `AddressFamily`.
    pub address_family: AddressFamily,
    /// `BindAddress`: the local address to connect from.
    pub bind_address: Option<String>,
    /// `BindInterface`: the interface whose address to connect from.
    pub bind_interface: Option<String>,
    /// `ProxyJump`: the hops to go through, in order; empty when there are none.
    pub proxy_jump: Vec<Destination>,
    /// `ProxyCommand`: the command that carries the connection; unexpanded.
    pub proxy_command: Option<String>,
    /// `IPQoS`: the type-of-service byte of interactive and of bulk sessions.
    pub ip_qos: IpQos,
    /// `KexAlgorithms`, most wanted first.
    pub kex_algorithms: Vec<String>,
    /// `HostKeyAlgorithms`, most wanted first.
    pub host_key_algorithms: Vec<String>,
    /// `Ciphers`, most wanted first.
    pub ciphers: Vec<String>,
    /// `MACs`, most wanted first.
    pub macs: Vec<String>,
    /// `Compression`.
    pub compression: bool,
    /// `HostKeyAlias`: the name to look up in the known hosts files.
    pub host_key_alias: Option<String>,
    /// `UserKnownHostsFile`.
    pub user_known_hosts_files: Vec<String>,
    /// `GlobalKnownHostsFile`.
    pub global_known_hosts_files: Vec<String>,
    /// `StrictHostKeyChecking`.
    pub strict_host_key_checking: StrictHostKeyChecking,
    /// `ConnectTimeout`; `None` leaves it to the kernel.
    pub connect_timeout: Option<Duration>,
    /// `ConnectionAttempts`.
    pub connection_attempts: u32,
    /// `IdentityFile`, in the order in which they are tried; `~` unexpanded.
    pub identity_files: Vec<String>,
    /// `CertificateFile`.
    pub certificate_files: Vec<String>,
    /// `IdentitiesOnly`: offer no key of the agent that is not named.
    pub identities_only: bool,
    /// `IdentityAgent`: the socket of the agent, `none`, or `None` for `SSH_AUTH_SOCK`.
    pub identity_agent: Option<String>,
    /// `PreferredAuthentications`; empty for ssh's own order.
    pub preferred_authentications: Vec<String>,
    /// `PubkeyAcceptedAlgorithms` (until 8.4 `PubkeyAcceptedKeyTypes`).
    pub pubkey_accepted_algorithms: Vec<String>,
    /// `ServerAliveInterval`; `None` when no keep-alive is sent.
    pub server_alive_interval: Option<Duration>,
    /// `ServerAliveCountMax`.
    pub server_alive_count_max: u32,
    /// `TCPKeepAlive`.
    pub tcp_keep_alive: bool,
    /// `CanonicalizeHostname`.
    pub canonicalize_hostname: Canonicalize,
    /// `CanonicalDomains`.
    pub canonical_domains: Vec<String>,
    /// `RekeyLimit`: bytes; `None` for the cipher's own limit.
    pub rekey_bytes: Option<u64>,
    /// `RekeyLimit`: time; `None` for no limit.
    pub rekey_time: Option<Duration>,
    /// `ControlMaster` as printed: `false`, `true`, `auto`, `ask`, `autoask`.
    pub control_master: String,
    /// `ControlPath`, expanded by ssh.
    pub control_path: Option<String>,
    /// Every other pair, and every pair whose value was not understood, in the order printed.
    pub others: Vec<(String, String)>,
}

/// Which addresses may be used (`AddressFamily`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFamily {
    /// Either.
    Any,
    /// IPv4 only.
    Inet,
    /// IPv6 only.
    Inet6,
}

/// Whether the name is rewritten before it is looked up (`CanonicalizeHostname`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canonicalize {
    /// Always, also through a proxy.
    Always,
    /// Never.
    No,
    /// For connections without a proxy.
    Yes,
}

/// What ssh does with a host key that it does not know (`StrictHostKeyChecking`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrictHostKeyChecking {
    /// Adds a new key, refuses a changed one (7.6 and later).
    AcceptNew,
    /// Asks the user.
    Ask,
    /// Adds a new key and connects in spite of a changed one.
    Off,
    /// Refuses both.
    Yes,
}

/// Why the output of `ssh -G` could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SshGError {
    /// A keyword that every version prints is missing: this is not the output of `ssh -G` (which came with OpenSSH 6.8).
    Missing(&'static str),
}

impl std::fmt::Display for SshGError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Missing(keyword) = self;
        write!(
            f,
            "failed to read the output of `ssh -G`: it has no `{keyword}` line; `ssh -G` needs OpenSSH 6.8 or later"
        )
    }
}

impl std::error::Error for SshGError {}

/// Reads what `ssh -G HOST` wrote to standard output.
///
/// # Errors
/// [`SshGError::Missing`] when it has no `hostname`, `port` or `user` line. A value that is not understood is no error: the
/// field keeps its default and the pair is found in [`ClientConfig::others`].
pub fn parse_ssh_g(output: &str) -> Result<ClientConfig, SshGError> {
    let mut config = ClientConfig::default();
    // The lists that are printed one entry per line replace the defaults as a whole.
    config.identity_files.clear();
    config.certificate_files.clear();
    let mut seen = [("hostname", false), ("port", false), ("user", false)];
    let output = bounded(output);
    for line in output.lines() {
        let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
        let keyword = keyword.to_ascii_lowercase();
        if keyword.is_empty() {
            continue;
        }
        for (name, was_seen) in &mut seen {
            *was_seen |= *name == keyword;
        }
        if config.set(&keyword, value.trim_end()).is_none() {
            config.others.push((keyword, value.trim_end().to_owned()));
        }
    }
    match seen.iter().find(|(_, was_seen)| !was_seen) {
        Some((name, _)) => Err(SshGError::Missing(name)),
        None => Ok(config),
    }
}

impl ClientConfig {
    /// `None`: the pair has no field or its value was not understood.
    fn set(&mut self, keyword: &str, value: &str) -> Option<()> {
        match keyword {
            "user" => self.user = value.to_owned(),
            "hostname" => self.hostname = value.to_owned(),
            "port" => self.port = value.parse().ok().filter(|port| *port != 0)?,
            "addressfamily" => self.address_family = address_family(value)?,
            "bindaddress" => self.bind_address = some_text(value),
            "bindinterface" => self.bind_interface = some_text(value),
            "proxyjump" => self.proxy_jump = parse_jump_chain(value).ok()?,
            "proxycommand" => self.proxy_command = some_text(value),
            "ipqos" => self.ip_qos = IpQos::parse(value)?,
            "connecttimeout" => self.connect_timeout = seconds(value)?,
            "connectionattempts" => self.connection_attempts = value.parse().ok()?,
            "serveraliveinterval" => self.server_alive_interval = seconds(value)?,
            "serveralivecountmax" => self.server_alive_count_max = value.parse().ok()?,
            "tcpkeepalive" => self.tcp_keep_alive = switch(value)?,
            "compression" => self.compression = switch(value)?,
            "canonicalizehostname" => self.canonicalize_hostname = canonicalize(value)?,
            "canonicaldomains" => self.canonical_domains = words(value),
            "rekeylimit" => {
                let (bytes, time) = value.split_once(' ').unwrap_or((value, "0"));
                let bytes: u64 = bytes.parse().ok()?;
                let time = seconds(time)?;
                self.rekey_bytes = Some(bytes).filter(|bytes| *bytes != 0);
                self.rekey_time = time;
            }
            "controlmaster" => self.control_master = value.to_owned(),
            "controlpath" => self.control_path = some_text(value),
            _ => {
                return self
                    .set_algorithms(keyword, value)
                    .or_else(|| self.set_identity(keyword, value));
            }
        }
        Some(())
    }

    fn set_algorithms(&mut self, keyword: &str, value: &str) -> Option<()> {
        let list = match keyword {
            "kexalgorithms" => &mut self.kex_algorithms,
            "hostkeyalgorithms" => &mut self.host_key_algorithms,
            "ciphers" => &mut self.ciphers,
            "macs" => &mut self.macs,
            "preferredauthentications" => &mut self.preferred_authentications,
            "pubkeyacceptedalgorithms" | "pubkeyacceptedkeytypes" => {
                &mut self.pubkey_accepted_algorithms
            }
            _ => return None,
        };
        *list = value.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Some(())
    }

    fn set_identity(&mut self, keyword: &str, value: &str) -> Option<()> {
        match keyword {
            "hostkeyalias" => self.host_key_alias = some_text(value),
            "userknownhostsfile" => self.user_known_hosts_files = paths(value),
            "globalknownhostsfile" => self.global_known_hosts_files = paths(value),
            "stricthostkeychecking" => self.strict_host_key_checking = strict(value)?,
            "identityfile" => self.identity_files.push(value.to_owned()),
            "certificatefile" => self.certificate_files.push(value.to_owned()),
            "identitiesonly" => self.identities_only = switch(value)?,
            "identityagent" => self.identity_agent = Some(value.to_owned()),
            _ => return None,
        }
        Some(())
    }

    /// The value of a keyword that has no field here; keywords are in lower case.
    pub fn other(&self, keyword: &str) -> Option<&str> {
        self.others.iter().find(|(name, _)| name == keyword).map(|(_, value)| value.as_str())
    }
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MAX_OUTPUT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn some_text(value: &str) -> Option<String> {
    Some(value).filter(|value| !value.is_empty() && *value != "none").map(str::to_owned)
}

fn words(value: &str) -> Vec<String> {
    value.split_whitespace().filter(|word| *word != "none").map(str::to_owned).collect()
}

/// ssh prints a list of files without quotes, so a blank may belong to a name: a new file begins where a path can begin.
fn paths(value: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for word in value.split(' ') {
        let begins = word.starts_with(['/', '~', '%', '$']) || word == "none";
        match files.last_mut() {
            Some(file) if !begins => {
                file.push(' ');
                file.push_str(word);
            }
            _ if word.is_empty() => {}
            _ => files.push(word.to_owned()),
        }
    }
    files
}

/// `Some(None)` is ssh's word for "no limit": `none`, zero, and -1 in old versions.
fn seconds(value: &str) -> Option<Option<Duration>> {
    if value == "none" {
        return Some(None);
    }
    let seconds: i64 = value.parse().ok()?;
    Some(u64::try_from(seconds).ok().filter(|seconds| *seconds != 0).map(Duration::from_secs))
}

fn switch(value: &str) -> Option<bool> {
    match value {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn address_family(value: &str) -> Option<AddressFamily> {
    match value {
        "any" => Some(AddressFamily::Any),
        "inet" => Some(AddressFamily::Inet),
        "inet6" => Some(AddressFamily::Inet6),
        _ => None,
    }
}

fn canonicalize(value: &str) -> Option<Canonicalize> {
    match value {
        "always" => Some(Canonicalize::Always),
        // Since 9.6 `none` stands for "not set", which means no.
        "no" | "false" | "none" => Some(Canonicalize::No),
        "yes" | "true" => Some(Canonicalize::Yes),
        _ => None,
    }
}

fn strict(value: &str) -> Option<StrictHostKeyChecking> {
    match value {
        "accept-new" => Some(StrictHostKeyChecking::AcceptNew),
        "ask" => Some(StrictHostKeyChecking::Ask),
        "off" | "no" | "false" => Some(StrictHostKeyChecking::Off),
        "yes" | "true" => Some(StrictHostKeyChecking::Yes),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
