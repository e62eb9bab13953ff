//! Faults of sshd and of what stands directly before it.

use anyhow::Result;

use crate::network::Network;

/// TCP wrappers refuse: `line` goes to /etc/hosts.deny of the server (hosts_access(5)).
///
/// # Errors
/// When the file cannot be written.
pub fn hosts_deny(network: &Network, line: &str) -> Result<()> {
    network.server.write("/etc/hosts.deny", &format!("{line}\n"))
}

/// Puts one of the lab's services ([`crate::tool::serve`]) on a port of the server.
///
/// # Errors
/// When it cannot listen there.
pub fn service(network: &Network, port: u16, kind: &str) -> Result<()> {
    network.server.tool(&["serve", &port.to_string(), kind])
}

/// Stops (SIGSTOP) every sshd of the server, as a debugger, a frozen cgroup or a hung disk does.
///
/// # Errors
/// When there is none.
pub fn freeze(network: &Network) -> Result<()> {
    network.server.sh("killall -STOP sshd").map(drop)
}

/// Bans the client in a running fail2ban with the given lines of a jail (jail.conf(5)).
///
/// # Errors
/// When fail2ban does not start or does not ban.
pub fn fail2ban(network: &Network, lines: &str) -> Result<()> {
    let jail = format!(
        "[DEFAULT]\nbackend = polling\nlogpath = /var/log/auth.log\n\
         [sshd]\nenabled = true\n{lines}\n"
    );
    network.server.write("/etc/fail2ban/jail.local", &jail)?;
    network.server.sh("rm -f /etc/fail2ban/jail.d/*
         mkdir -p /run/fail2ban /var/lib/fail2ban
         fail2ban-client start > /dev/null 2>&1")?;
    network.server.await_sh("fail2ban-client status sshd > /dev/null 2>&1")
}

/// Bans the client's address.
///
/// # Errors
/// When fail2ban does not run or the action fails.
pub fn fail2ban_ban(network: &Network, lines: &str) -> Result<()> {
    fail2ban(network, lines)?;
    network.server.sh("fail2ban-client set sshd banip 10.77.1.2")?;
    network.server.await_sh("fail2ban-client status sshd | grep -q 'IP list:.*10.77.1.2'")
}
