//! What the kernel, and the audit system, write to the log about connections and about sshd.
//!
//! Reads messages without the head of their lines. A rule's prefix and a process's name are words
//! of others, and may look like fields; a field is taken from where the kernel writes it.

use std::net::IpAddr;

mod fields;

use self::fields::bare;
use self::fields::number;
use self::fields::quoted;

/// What the kernel said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kernel<'a> {
    /// The table of tracked connections is full, and a packet was dropped.
    ConntrackFull,
    /// More new connections to a port than its queue holds.
    SynFlood {
        /// The port.
        port: Option<u16>,
        /// Whether the kernel goes on with SYN cookies; otherwise it drops.
        cookies: bool,
    },
    /// A process was killed because memory was used up.
    OomKill {
        /// Its number.
        pid: Option<u32>,
        /// Its name, at most 15 bytes of it.
        name: &'a str,
        /// Whether only a group of processes (a container, a unit) had used up its share.
        in_group: bool,
    },
    /// A process crashed.
    Crash {
        /// Its name.
        name: &'a str,
        /// Its number.
        pid: Option<u32>,
    },
    /// A process was killed for a system call that its sandbox forbids (audit type 1326).
    Seccomp {
        /// Its name.
        name: &'a str,
        /// Its number.
        pid: Option<u32>,
        /// The number of the system call, which depends on the architecture.
        call: Option<u32>,
    },
    /// SELinux or AppArmor denied something.
    Denied(Denial<'a>),
    /// A rule of the packet filter wrote a packet to the log.
    Packet(LoggedPacket<'a>),
    /// A file system has no room, or was made read-only after an error.
    Disk {
        /// What it said.
        text: &'a str,
    },
    /// TCP has used up the memory that it may use.
    TcpMemory,
}

/// A denial of SELinux or AppArmor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Denial<'a> {
    /// Who denied.
    pub by: Module,
    /// The name of the process that was denied.
    pub name: &'a str,
    /// Its number.
    pub pid: Option<u32>,
    /// What it wanted to do: the permissions, or the operation.
    pub wanted: &'a str,
    /// On what: a path, a port, or empty.
    pub object: &'a str,
    /// The rule set: the profile, or the type of the process.
    pub profile: &'a str,
    /// Whether it was only written down and not prevented (permissive, complain).
    pub only_noted: bool,
}

/// A security module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Module {
    /// SELinux.
    Selinux,
    /// AppArmor.
    AppArmor,
}

/// A packet that a rule wrote to the log (LOG of iptables, `log` of nft).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LoggedPacket<'a> {
    /// The words in front, such as `[UFW BLOCK]`; whoever wrote the rule chose them.
    pub prefix: &'a str,
    /// The interface that it came in by; empty for a packet of this host.
    pub input: &'a str,
    /// The interface that it leaves by; empty for a packet to this host.
    pub output: &'a str,
    /// Sender.
    pub source: Option<IpAddr>,
    /// Receiver.
    pub destination: Option<IpAddr>,
    /// `TCP`, `UDP`, …
    pub protocol: &'a str,
    /// Port of the sender.
    pub source_port: Option<u16>,
    /// Port of the receiver.
    pub destination_port: Option<u16>,
    /// Whether it asks for a connection: SYN without ACK.
    pub is_syn: bool,
}

impl LoggedPacket<'_> {
    /// What ufw did with it, when the prefix is one of ufw's (ufw(8), LOGGING).
    pub fn ufw(&self) -> Option<Ufw> {
        let inner = self.prefix.trim().strip_prefix("[UFW ")?.strip_suffix(']')?;
        Some(match inner {
            "BLOCK" => Ufw::Block,
            "LIMIT BLOCK" => Ufw::LimitBlock,
            "ALLOW" => Ufw::Allow,
            "AUDIT" | "AUDIT INVALID" => Ufw::Audit,
            _ => return None,
        })
    }
}

/// What ufw did with a packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ufw {
    /// Dropped or rejected it.
    Block,
    /// Dropped or rejected it because there were too many.
    LimitBlock,
    /// Let it pass.
    Allow,
    /// Only wrote it down.
    Audit,
}

/// Reads a message of the kernel or of audit.log. `None` when it is not one of these.
pub fn parse(message: &str) -> Option<Kernel<'_>> {
    if let Some(packet) = packet(message) {
        return Some(Kernel::Packet(packet));
    }
    if message.ends_with("table full, dropping packet") || message.contains(": table full, drop") {
        return message.contains("conntrack").then_some(Kernel::ConntrackFull);
    }
    flood(message)
        .or_else(|| out_of_memory(message))
        .or_else(|| audited(message))
        .or_else(|| crash(message))
        .or_else(|| disk(message))
        .or_else(|| message.starts_with("TCP: out of memory").then_some(Kernel::TcpMemory))
}

/// `PREFIX IN=eth0 OUT= MAC=… SRC=… DST=… LEN=… … PROTO=TCP SPT=… DPT=… WINDOW=… SYN URGP=0`. The
/// prefix comes first and may hold anything but what the kernel itself puts behind it.
fn packet(message: &str) -> Option<LoggedPacket<'_>> {
    let (at, _) = message.rmatch_indices("IN=").find(|(at, _)| {
        let rest = message.as_bytes().get(at + 3..).unwrap_or_default();
        // A name of an interface has at most 15 bytes (IFNAMSIZ).
        let end = rest.iter().take(16).position(|byte| *byte == b' ');
        end.and_then(|end| rest.get(end + 1..)).is_some_and(|rest| rest.starts_with(b"OUT="))
    })?;
    let (prefix, rest) = message.split_at_checked(at)?;
    // After the ports of an ICMP error's inner packet there may be brackets with more fields.
    let rest = rest.split_once(" [").map_or(rest, |(rest, _)| rest);
    let mut packet = LoggedPacket {
        prefix: prefix.trim_end(),
        input: "",
        output: "",
        source: None,
        destination: None,
        protocol: "",
        source_port: None,
        destination_port: None,
        is_syn: false,
    };
    let (mut syn, mut ack) = (false, false);
    for word in rest.split(' ') {
        match word.split_once('=') {
            Some(("IN", value)) => packet.input = value,
            Some(("OUT", value)) => packet.output = value,
            Some(("SRC", value)) => packet.source = value.parse().ok(),
            Some(("DST", value)) => packet.destination = value.parse().ok(),
            Some(("PROTO", value)) => packet.protocol = value,
            Some(("SPT", value)) => packet.source_port = value.parse().ok(),
            Some(("DPT", value)) => packet.destination_port = value.parse().ok(),
            None if word == "SYN" => syn = true,
            None if word == "ACK" => ack = true,
            _ => {}
        }
    }
    packet.is_syn = syn && !ack;
    packet.source.map(|_| packet)
}

/// `TCP: request_sock_TCP: Possible SYN flooding on port 22. Sending cookies.`; newer kernels put
/// the address before the port.
fn flood(message: &str) -> Option<Kernel<'_>> {
    let (_, rest) = message.split_once("ossible SYN flooding on port ")?;
    let place = rest.split(". ").next()?.trim_end_matches('.');
    let port = place.rsplit(':').next().and_then(|port| port.parse().ok());
    Some(Kernel::SynFlood { port, cookies: rest.contains("Sending cookies") })
}

/// `Out of memory: Killed process 4242 (sshd) total-vm:…`, `Memory cgroup out of memory: …`; before
/// 5.0 `Kill process 4242 (sshd) score …`.
fn out_of_memory(message: &str) -> Option<Kernel<'_>> {
    let (before, rest) = message
        .split_once("ut of memory: Killed process ")
        .or_else(|| message.split_once("ut of memory: Kill process "))?;
    let in_group = before == "Memory cgroup o";
    if !in_group && before != "O" {
        return None;
    }
    let (pid, rest) = rest.split_once(' ')?;
    // The name may hold brackets; what follows it does not.
    let name = rest.strip_prefix('(')?;
    let end = name.find(") total-vm").or_else(|| name.find(") score"));
    let name = name.get(..end.or_else(|| name.find(')'))?)?;
    Some(Kernel::OomKill { pid: pid.trim_end_matches(',').parse().ok(), name, in_group })
}

/// Lines of the audit system: in the ring buffer `audit: type=1326 audit(…): …`, in audit.log
/// `type=SECCOMP msg=audit(…): …`.
fn audited(message: &str) -> Option<Kernel<'_>> {
    let kind = message.strip_prefix("audit: ").unwrap_or(message).strip_prefix("type=")?;
    let (kind, rest) = kind.split_once(' ')?;
    let (_, text) = rest.split_once("): ")?;
    match kind {
        "1326" | "SECCOMP" => Some(Kernel::Seccomp {
            name: quoted(text, "comm").unwrap_or_default(),
            pid: number(text, "pid"),
            call: number(text, "syscall"),
        }),
        "1400" | "AVC" => denial(text).map(Kernel::Denied),
        "1701" | "ANOM_ABEND" => Some(Kernel::Crash {
            name: quoted(text, "comm").unwrap_or_default(),
            pid: number(text, "pid"),
        }),
        _ => None,
    }
}

fn denial(text: &str) -> Option<Denial<'_>> {
    let (name, pid) = (quoted(text, "comm").unwrap_or_default(), number(text, "pid"));
    if let Some(verdict) = quoted(text, "apparmor") {
        return matches!(verdict, "DENIED" | "ALLOWED").then(|| Denial {
            by: Module::AppArmor,
            name,
            pid,
            wanted: quoted(text, "operation").unwrap_or_default(),
            object: quoted(text, "name").unwrap_or_default(),
            profile: quoted(text, "profile").unwrap_or_default(),
            only_noted: verdict == "ALLOWED",
        });
    }
    let rest = text.trim_start().strip_prefix("avc:")?.trim_start().strip_prefix("denied")?;
    let (wanted, rest) = rest.trim_start().strip_prefix('{')?.split_once('}')?;
    let object = ["path", "name", "src", "dest"]
        .iter()
        .find_map(|key| quoted(rest, key).or_else(|| bare(rest, key)));
    Some(Denial {
        by: Module::Selinux,
        name,
        pid,
        wanted: wanted.trim(),
        object: object.unwrap_or_default(),
        profile: bare(rest, "scontext").and_then(|c| c.split(':').nth(2)).unwrap_or_default(),
        only_noted: number::<u32>(rest, "permissive") == Some(1),
    })
}

/// `sshd[4242]: segfault at 0 ip … sp … error 4 in libc.so.6[…]`, `traps: sshd[4242] general
/// protection fault …`.
fn crash(message: &str) -> Option<Kernel<'_>> {
    let text = message.strip_prefix("traps: ").unwrap_or(message);
    let (name, rest) = text.split_once('[')?;
    let (pid, rest) = rest.split_once(']')?;
    let rest = rest.trim_start_matches(':').trim_start();
    let crashes =
        ["segfault at ", "general protection", "trap invalid opcode", "trap divide error"];
    let is_name = !name.is_empty() && name.len() <= 15 && !name.contains(": ");
    let pid = pid.parse().ok()?;
    (is_name && crashes.iter().any(|words| rest.starts_with(words)))
        .then_some(Kernel::Crash { name, pid: Some(pid) })
}

/// `EXT4-fs error (device sda1): …`, `XFS (sda1): …`, and whoever says that there is no space.
fn disk(message: &str) -> Option<Kernel<'_>> {
    let starts = ["EXT4-fs error", "EXT4-fs (", "XFS (", "BTRFS error", "BTRFS critical"];
    let troubles = [
        "Remounting filesystem read-only",
        "remounting filesystem read-only",
        "No space left on device",
        "no space left on device",
        "Delayed block allocation failed",
        "Corruption of in-memory data",
        "forced readonly",
    ];
    let is_disk = starts.iter().any(|start| message.starts_with(start));
    let is_trouble = troubles.iter().any(|words| message.contains(words))
        || message.starts_with("EXT4-fs error");
    let is_full = message.ends_with("o space left on device");
    ((is_disk && is_trouble) || is_full).then_some(Kernel::Disk { text: message })
}

#[cfg(test)]
mod tests;
