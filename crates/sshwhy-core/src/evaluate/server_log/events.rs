//! The lines that matter, taken out of the texts of a host's logs.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::parse::kernel_log;
use crate::parse::kernel_log::Kernel;
use crate::parse::log_line;
use crate::parse::log_line::Clock;
use crate::parse::log_line::MICROS;
use crate::parse::log_line::Record;
use crate::parse::place::Place;
use crate::parse::sshd_log;
use crate::parse::sshd_log::Level;
use crate::parse::sshd_log::Phase;
use crate::parse::sshd_log::What;

/// More lines than this are not kept: the oldest go first.
const MAX_EVENTS: usize = 200_000;

/// The text of a log, or the end of one.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The file, or the command whose output it is.
    pub file: &'a str,
    /// How many lines of the file come before the text.
    pub lines_before: usize,
    /// The text.
    pub bytes: &'a [u8],
    /// For a file of sshd's own (`-E`), whose lines have no time: when it was last written to, in
    /// microseconds since 1970.
    pub written: Option<i64>,
}

/// A line that matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Where it stands.
    pub place: Place,
    /// The line without time and host.
    pub text: String,
    /// The process that wrote it.
    pub pid: Option<u32>,
    /// What it is about.
    pub topic: Topic,
    /// Which of sshd's processes said it.
    pub phase: Option<Phase>,
    /// The client.
    pub source: Option<IpAddr>,
    /// The client's port.
    pub port: Option<u16>,
    /// The user.
    pub user: Option<String>,
    /// The words that vary.
    pub detail: String,
    /// The method of authentication.
    pub method: Option<String>,
    /// The process that it is about, when that is not the one that wrote it.
    pub about: Option<u32>,
    /// A number; [`What`] says which.
    pub number: Option<u64>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topic {
    /// Something that sshd said.
    Sshd(What),
    /// The connection table is full.
    ConntrackFull,
    /// A process was killed for want of memory.
    Oom,
    /// A process of sshd's was killed for a system call.
    Seccomp,
    /// A process of sshd's crashed.
    Crash,
    /// SELinux or AppArmor denied sshd something.
    Denied,
    /// TCP has no memory left.
    TcpMemory,
    /// ufw stopped a packet.
    Blocked,
}

/// All lines that matter, in the order of their times.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// The lines.
    pub events: Vec<Event>,
    /// How many lines of sshd's there were, also such as do not matter.
    pub sshd_lines: usize,
}

impl Log {
    /// Reads logs: what was written since `since` (microseconds since 1970) and has a time that can
    /// be told. A line that stands in two of them (a file and the journal) counts once.
    pub fn read(texts: &[Text<'_>], clock: &Clock, since: i64) -> Self {
        let mut log = Self::default();
        for text in texts {
            log.read_one(text, clock, since);
        }
        log.events.sort_by_key(|event| event.at);
        log.leave_out_doubles();
        let surplus = log.events.len().saturating_sub(MAX_EVENTS);
        log.events.drain(..surplus);
        log
    }

    fn read_one(&mut self, text: &Text<'_>, clock: &Clock, since: i64) {
        for record in log_line::records(text.bytes) {
            let is_own = text.written.is_some() && record.program.is_empty();
            let by_sshd = is_own || sshd_log::is_sshd(record.program);
            self.sshd_lines += usize::from(by_sshd);
            let Some(mut event) = (if by_sshd {
                said(&record)
            } else {
                match record.program {
                    "systemd" => said(&record).filter(|_| is_about_ssh(&record.message)),
                    "kernel" | "audit" => happened(&record),
                    _ => None,
                }
            }) else {
                continue;
            };
            let at = record.time.and_then(|time| time.unix(clock));
            let Some(at) = at.or(text.written.filter(|_| is_own)) else { continue };
            if at < since {
                continue;
            }
            event.at = at;
            event.place = Place::new(text.file, text.lines_before.saturating_add(record.line));
            let pid = record.pid.map_or(String::new(), |pid| format!("[{pid}]"));
            let colon = if record.program.is_empty() { "" } else { ": " };
            event.text = format!("{}{pid}{colon}{}", record.program, record.message);
            self.events.push(event);
        }
    }

    /// A file and the journal hold the same lines, their times a second apart at most.
    fn leave_out_doubles(&mut self) {
        let mut kept: HashMap<(Option<u32>, String), (i64, String)> = HashMap::new();
        self.events.retain(|event| {
            let key = (event.pid, event.text.clone());
            let double = kept
                .get(&key)
                .is_some_and(|(at, file)| *file != event.place.file && event.at - at <= 2 * MICROS);
            if !double {
                kept.insert(key, (event.at, event.place.file.clone()));
            }
            !double
        });
    }
}

/// A unit of systemd's that has to do with ssh.
fn is_about_ssh(message: &str) -> bool {
    message.starts_with("ssh") || message.starts_with("dropbear")
}

fn said(record: &Record<'_>) -> Option<Event> {
    let said = sshd_log::parse(&record.message)?;
    if said.what == What::NotNeeded {
        return None;
    }
    // Debug lines are kept only where they say what no other does.
    let only_in_debug =
        [What::ClientSoftware, What::KeysTried, What::ChildEnded, What::KeysUnreadable];
    if said.level == Level::Debug && !only_in_debug.contains(&said.what) {
        return None;
    }
    Some(Event {
        topic: Topic::Sshd(said.what),
        pid: record.pid,
        phase: said.phase,
        source: said.source,
        port: said.port,
        user: said.user.map(str::to_owned),
        detail: said.detail.to_owned(),
        method: said.method.map(str::to_owned),
        about: said.pid,
        number: said.number,
        ..Event::none()
    })
}

fn happened(record: &Record<'_>) -> Option<Event> {
    let kernel = kernel_log::parse(&record.message)?;
    let topic = match kernel {
        Kernel::ConntrackFull => Topic::ConntrackFull,
        // Memory of one container says nothing of the others.
        Kernel::OomKill { name, in_group, .. } => {
            (!in_group || is_sshd(name)).then_some(Topic::Oom)?
        }
        Kernel::Seccomp { name, .. } => is_sshd(name).then_some(Topic::Seccomp)?,
        Kernel::Crash { name, .. } => is_sshd(name).then_some(Topic::Crash)?,
        Kernel::Denied(denial) => {
            let ssh = is_sshd(denial.name) || denial.profile.contains("sshd");
            (ssh && !denial.only_noted).then_some(Topic::Denied)?
        }
        Kernel::TcpMemory => Topic::TcpMemory,
        Kernel::Packet(packet) => {
            let blocked = [Some(kernel_log::Ufw::Block), Some(kernel_log::Ufw::LimitBlock)];
            let event = Event {
                topic: Topic::Blocked,
                source: packet.source,
                port: packet.source_port,
                number: packet.destination_port.map(u64::from),
                ..Event::none()
            };
            return (packet.is_syn && blocked.contains(&packet.ufw())).then_some(event);
        }
        Kernel::SynFlood { .. } | Kernel::Disk { .. } => return None,
    };
    Some(Event { topic, ..Event::none() })
}

/// Whether the kernel's name of a process is one of sshd's; it holds 15 bytes.
fn is_sshd(name: &str) -> bool {
    matches!(name, "sshd" | "sshd-session" | "sshd-auth" | "dropbear")
}

impl Event {
    /// What sshd said, if it was sshd.
    pub fn what(&self) -> Option<What> {
        match self.topic {
            Topic::Sshd(what) => Some(what),
            _ => None,
        }
    }

    fn none() -> Self {
        Self {
            at: 0,
            place: Place::default(),
            text: String::new(),
            pid: None,
            topic: Topic::Sshd(What::NotNeeded),
            phase: None,
            source: None,
            port: None,
            user: None,
            detail: String::new(),
            method: None,
            about: None,
            number: None,
        }
    }
}
