//! Whether the host has memory, time, disk and descriptors for one more login.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sshwhy_core::evaluate::health::Facts;
use sshwhy_core::evaluate::health::FileSystem;
use sshwhy_core::evaluate::health::Usage;
use sshwhy_core::evaluate::health::judge;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::proc_host;

use super::Concerns;
use super::Look;
use super::host::Host;
use super::sockets;
use crate::sys::account;
use crate::sys::process_table;
use crate::sys::space;

pub(super) static LOOK: Look = Look {
    name: "health",
    doing: "measuring memory, load, disks and descriptors",
    concerns: Concerns::Anybody,
    questions: &[Question::ServerHealth],
    run,
};

/// A local disk answers at once; a file server that is gone never does.
const DISK_LIMIT: Duration = Duration::from_secs(2);

/// What sshd opens for a connection before it hands it on: the connection itself, a pipe and a pair
/// of sockets (`server_accept_loop` in sshd.c).
const DESCRIPTORS: u64 = 5;

/// sshd's processes for a login, the helper for network and keys, and a shell.
const PROCESSES: u64 = 4;

fn run(host: &Host) {
    let read = |path: &str| host.read(path).ok();
    let mut usages: Vec<Usage> = [all_descriptors(host), all_tasks(host, "pid_max")]
        .into_iter()
        .chain([all_tasks(host, "threads-max")])
        .flatten()
        .collect();
    for pid in listeners(host) {
        usages.extend(own_descriptors(host, pid));
        usages.extend(own_tasks(host, pid));
    }
    let facts = Facts {
        memory: read("/proc/meminfo").and_then(|t| proc_host::memory(&t)),
        memory_pressure: read("/proc/pressure/memory").and_then(|t| proc_host::pressure(&t)),
        processor_pressure: read("/proc/pressure/cpu").and_then(|t| proc_host::pressure(&t)),
        load: read("/proc/loadavg").and_then(|t| proc_host::load(&t)),
        processors: thread::available_parallelism().map_or(0, |count| count.get() as u64),
        file_systems: file_systems(host),
        usages,
    };
    match judge(&facts) {
        Some(judged) => host.observe(judged.answer, judged.source, judged.text),
        None => host.not_assessed("health: /proc cannot be read"),
    }
}

/// The processes of sshd that listen on the port.
fn listeners(host: &Host) -> Vec<u32> {
    let all = sockets::listening(host);
    let of_port = all.iter().filter(|socket| socket.local.port() == host.flow.port);
    let programs = of_port.flat_map(|socket| &socket.programs);
    let mut pids: Vec<u32> = programs.filter(|p| p.is_sshd()).map(|p| p.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    pids
}

fn all_descriptors(host: &Host) -> Option<Usage> {
    let source = "/proc/sys/fs/file-nr";
    let (used, limit) = proc_host::file_descriptors(&host.read(source).ok()?)?;
    let what = "descriptors of the host".to_owned();
    Some(Usage { what, source: format!("{source}:1"), used, limit, needs: DESCRIPTORS })
}

fn own_descriptors(host: &Host, pid: u32) -> Option<Usage> {
    let source = format!("/proc/{pid}/limits");
    let limit = proc_host::soft_limit(&host.read(&source).ok()?, "Max open files")?;
    let used = process_table::descriptors(pid)? as u64;
    let what = format!("descriptors of sshd (pid {pid})");
    Some(Usage { what, source, used, limit, needs: DESCRIPTORS })
}

/// Both limits count threads.
fn all_tasks(host: &Host, limit: &str) -> Option<Usage> {
    let used = proc_host::load(&host.read("/proc/loadavg").ok()?)?.tasks;
    let path = format!("/proc/sys/kernel/{limit}");
    let most = host.read(&path).ok()?.trim().parse().ok()?;
    let what = format!("tasks of the host ({limit})");
    Some(Usage { what, source: format!("{path}:1"), used, limit: most, needs: PROCESSES })
}

/// `pids.max` of sshd's cgroup and of those above it, in the hierarchy of version 2 or the
/// controller of version 1 (cgroups(7)).
fn own_tasks(host: &Host, pid: u32) -> Vec<Usage> {
    let groups = host.read(format!("/proc/{pid}/cgroup")).unwrap_or_default();
    let mut found = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let root = match controllers {
            "" => "/sys/fs/cgroup",
            "pids" => "/sys/fs/cgroup/pids",
            _ => continue,
        };
        let own = Path::new(path.trim_start_matches('/'));
        for group in own.ancestors() {
            let folder = Path::new(root).join(group);
            let number = |file: &str| host.read(folder.join(file)).ok()?.trim().parse().ok();
            if let (Some(used), Some(limit)) = (number("pids.current"), number("pids.max")) {
                let source = format!("{}/pids.max:1", folder.display());
                let what = format!("tasks of the cgroup /{}", group.display());
                found.push(Usage { what, source, used, limit, needs: PROCESSES });
            }
        }
    }
    found
}

/// Each file system once, by the first path that is on it.
fn file_systems(host: &Host) -> Vec<FileSystem> {
    let home = host.user.as_deref().and_then(account::named).map(|account| account.home);
    let mut paths: Vec<PathBuf> = ["/", "/var", "/tmp", "/run"].map(PathBuf::from).into();
    paths.extend(home);
    let mut devices = Vec::new();
    let mut found = Vec::new();
    for path in paths {
        match measure(path.clone()) {
            Some(Some((device, _))) if devices.contains(&device) => {}
            Some(Some((device, file_system))) => {
                devices.push(device);
                found.push(file_system);
            }
            // There is no such folder, or it may not be seen.
            Some(None) => {}
            None => host.not_assessed(format!(
                "health: the file system of {} does not answer within {} s",
                path.display(),
                DISK_LIMIT.as_secs()
            )),
        }
    }
    found
}

/// Outer `None`: no answer in time; the thread that waits for it is left behind.
fn measure(path: PathBuf) -> Option<Option<(u64, FileSystem)>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let measured = std::fs::metadata(&path).and_then(|m| Ok((m.dev(), space::of(&path)?)));
        let _ = sender.send(measured.ok().map(|(device, space)| {
            let file_system = FileSystem {
                path: path.display().to_string(),
                total: space.total,
                free: space.free,
                nodes: space.nodes,
                free_nodes: space.free_nodes,
                read_only: space.read_only,
            };
            (device, file_system)
        }));
    });
    receiver.recv_timeout(DISK_LIMIT).ok()
}
