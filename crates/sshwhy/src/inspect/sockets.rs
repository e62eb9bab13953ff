//! The listening TCP sockets of the host with the programs behind them. No look of its own: what
//! several looks need to know of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::listener::Program;
use sshwhy_core::evaluate::listener::Socket;
use sshwhy_core::parse::proc_net::TcpState;
use sshwhy_core::parse::proc_net::parse_tcp_sockets;

use super::host::Host;
use crate::sys::process_table;
use crate::sys::process_table::Process;
use crate::sys::sock_diag;

/// How long connections must wait, all of them, until we say that nobody accepts: sshd accepts in
/// well under a millisecond, and on a machine with twenty times more work than processors still
/// within a few hundred.
const STANDS_STILL: Duration = Duration::from_millis(1200);

/// All of them, as they were when a look first asked: the descriptors of every process are read for
/// it.
pub(super) fn listening(host: &Host) -> &[Socket] {
    host.listening.get_or_init(|| read(host))
}

fn read(host: &Host) -> Vec<Socket> {
    let mut found = match sock_diag::listeners() {
        Ok(sockets) => sockets.into_iter().map(from_diag).collect(),
        Err(_) => from_proc(host),
    };
    let inodes: Vec<u64> = found.iter().map(|(_, inode)| *inode).collect();
    let holders = process_table::holders(&inodes);
    let mut known = BTreeMap::new();
    for (socket, inode) in &mut found {
        for pid in holders.by_inode.get(inode).into_iter().flatten() {
            let program = known
                .entry(*pid)
                .or_insert_with(|| process_table::process(*pid).map(|p| program(host, &p)));
            socket.programs.extend(program.clone());
        }
    }
    found.into_iter().map(|(socket, _)| socket).collect()
}

/// Whether connections to a port wait and none of them is accepted within more than a second.
/// Returns at once where none waits.
pub(super) fn stands_still(host: &Host, port: u16) -> bool {
    let waiting = || -> Vec<u64> {
        let all = sock_diag::connections(port).unwrap_or_default();
        all.into_iter().filter(|c| c.inode == 0).map(|c| c.cookie).collect()
    };
    let first = waiting();
    let began = Instant::now();
    let mut still = !first.is_empty();
    while still && began.elapsed() < STANDS_STILL && !host.cancel.is_set() {
        thread::sleep(Duration::from_millis(100));
        let now = waiting();
        // The queue is first in, first out: if one was accepted, one of the first is gone.
        still = first.iter().all(|cookie| now.contains(cookie));
    }
    still && !host.cancel.is_set()
}

fn from_diag(socket: sock_diag::Listening) -> (Socket, u64) {
    let judged = Socket {
        local: socket.local,
        v6_only: Some(socket.v6_only),
        interface: socket.interface,
        queue: socket.queue,
        backlog: Some(socket.backlog),
        stands_still: false,
        uid: socket.uid,
        programs: Vec::new(),
    };
    (judged, socket.inode)
}

/// A kernel without `INET_DIAG` still has these files.
fn from_proc(host: &Host) -> Vec<(Socket, u64)> {
    let read = |path| host.read(path).map(|t| parse_tcp_sockets(&t)).unwrap_or_default();
    let sockets = read("/proc/net/tcp").into_iter().chain(read("/proc/net/tcp6"));
    sockets
        .filter(|socket| socket.state == TcpState::Listen)
        .map(|socket| {
            let judged = Socket {
                local: socket.local,
                v6_only: socket.local.is_ipv4().then_some(false),
                interface: None,
                queue: socket.receive_queue,
                backlog: None,
                stands_still: false,
                uid: socket.uid,
                programs: Vec::new(),
            };
            (judged, socket.inode)
        })
        .collect()
}

fn program(host: &Host, process: &Process) -> Program {
    let file = process.exe.as_deref().and_then(Path::file_name).and_then(|n| n.to_str());
    Program {
        pid: process.pid,
        name: file.unwrap_or(&process.name).to_owned(),
        title: process.title.clone(),
        stopped: stopped(host, process),
    }
}

/// Whether a process is stopped at this moment (proc(5), `/proc/PID/stat`: the state follows the name).
pub(super) fn is_stopped(host: &Host, pid: u32) -> bool {
    let text = host.read(format!("/proc/{pid}/stat")).unwrap_or_default();
    text.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
}

/// A debugger's `t` is not meant: it lasts as long as one system call under strace.
fn stopped(host: &Host, process: &Process) -> Option<&'static str> {
    if process.state == 'T' {
        return Some("stopped by a signal");
    }
    let groups = host.read(format!("/proc/{}/cgroup", process.pid)).ok()?;
    groups.lines().any(is_frozen).then_some("in a frozen cgroup")
}

/// A line of `/proc/PID/cgroup` (cgroups(7)): `0::/path`, or `number:controllers:/path` in version
/// 1. `cgroup.events` tells of frozen parents too, `freezer.state` as well.
fn is_frozen(line: &str) -> bool {
    let mut parts = line.splitn(3, ':');
    let (_, Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let path = path.trim_start_matches('/');
    let read = |file: String| fs::read_to_string(file).unwrap_or_default();
    match controllers {
        "" => ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].iter().any(|root| {
            read(format!("{root}/{path}/cgroup.events")).lines().any(|l| l == "frozen 1")
        }),
        "freezer" => {
            read(format!("/sys/fs/cgroup/freezer/{path}/freezer.state")).trim() == "FROZEN"
        }
        _ => false,
    }
}
