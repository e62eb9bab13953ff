//! What a process that holds a socket is to an SSH client.

/// A process that holds a socket.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Program {
    /// Its number.
    pub pid: u32,
    /// Its name: of its file where that can be read, otherwise as the kernel knows it.
    pub name: String,
    /// Its command line, or the title that it gave itself.
    pub title: String,
    /// What stops it from running, in words; `None` when nothing does.
    pub stopped: Option<&'static str>,
}

/// What it does with a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// It speaks SSH itself.
    Sshd,
    /// It starts a program for the socket: systemd, inetd.
    Manager,
    /// It may speak SSH, or pass connections on to a server that does.
    Unclear,
    /// Something else.
    Other,
}

/// SSH servers whose name has no "sshd" in it.
const SERVERS: &[&str] = &[
    "dropbear",
    "dropbearmulti",
    "forgejo",
    "gitea",
    "gogs",
    "lshd",
    "sftpgo",
    "soft",
    "tailscaled",
    "teleport",
];

/// Programs that hold a socket for another one.
const MANAGERS: &[&str] = &[
    "inetd",
    "inetutils-inetd",
    "init",
    "openbsd-inetd",
    "s6-tcpserver",
    "systemd",
    "tcpserver",
    "tcpsvd",
    "xinetd",
];

/// Servers of another protocol that never pass a connection on. What is not here, nor above, may be
/// anything: a relay before sshd that somebody wrote himself must not be blamed.
const OTHERS: &[&str] = &[
    "apache2",
    "cupsd",
    "dnsmasq",
    "dovecot",
    "exim4",
    "httpd",
    "lighttpd",
    "mariadbd",
    "memcached",
    "mosquitto",
    "mysqld",
    "named",
    "openvpn",
    "postgres",
    "pure-ftpd",
    "redis-server",
    "rpcbind",
    "rsyslogd",
    "smbd",
    "squid",
    "unbound",
    "vsftpd",
];

impl Program {
    /// Whether it is an SSH server that serves this socket itself.
    pub fn is_sshd(&self) -> bool {
        self.role() == Role::Sshd
    }

    pub(super) fn role(&self) -> Role {
        let name = self.name.trim_end_matches(" (deleted)");
        if MANAGERS.contains(&name) {
            return Role::Manager;
        }
        let is_sshd = name.starts_with("sshd") || name.ends_with("sshd") || SERVERS.contains(&name);
        if is_sshd && !self.is_session() {
            return Role::Sshd;
        }
        if OTHERS.contains(&name) { Role::Other } else { Role::Unclear }
    }

    /// A session's process listens for forwarded ports only: `sshd: alice@pts/0`. The daemon's own
    /// title is its command line, or ends in `[listener] 0 of 10-100 startups` (since 8.2).
    fn is_session(&self) -> bool {
        let session = self.title.starts_with("sshd: ") || self.title.starts_with("sshd-session: ");
        let name = self.name.as_str();
        let helper = name.starts_with("sshd-session") || name.starts_with("sshd-auth");
        helper || session && !self.title.contains("[listener]")
    }

    pub(super) fn describe(&self) -> String {
        match self.stopped {
            Some(how) => format!("{} (pid {}, {how})", self.name, self.pid),
            None => format!("{} (pid {})", self.name, self.pid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, title: &str, expected: Role) {
        let program = Program { name: name.into(), title: title.into(), ..Program::default() };
        assert_eq!(program.role(), expected, "{name:?} {title:?}");
    }

    #[test]
    fn a_forwarded_port_is_not_the_daemon() {
        check("sshd", "sshd: alice@pts/0", Role::Unclear);
        check("sshd-session", "sshd-session: alice@notty", Role::Unclear);
        check("sshd-session (deleted)", "", Role::Unclear);
        check("ssh", "ssh -NR 2222:localhost:22 host", Role::Unclear);
        check("sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", Role::Sshd);
        check("sshd", "/usr/sbin/sshd -D", Role::Sshd);
        check("sshd", "", Role::Sshd);
        check("sshd (deleted)", "/usr/sbin/sshd -D", Role::Sshd);
    }

    #[test]
    fn others() {
        check("", "", Role::Unclear);
        check("vsftpd", "/usr/sbin/vsftpd", Role::Other);
        check("python3.11", "python3 cowrie.py", Role::Unclear);
        check("dropbear", "dropbear -F", Role::Sshd);
        check("gitlab-sshd", "", Role::Sshd);
        check("systemd", "/sbin/init", Role::Manager);
        check("sslh", "sslh -F", Role::Unclear);
        check("sshguard", "", Role::Unclear);
        check("in.sshd", "", Role::Sshd);
    }
}
