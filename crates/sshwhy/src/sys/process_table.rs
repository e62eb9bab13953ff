//! Processes as proc(5) shows them: names, states, and who holds a socket.
//!
//! Without root only the descriptors of one's own processes can be read, and on hosts with
//! `hidepid` only one's own processes are there at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

/// More processes than a machine has; the kernel's own limit is 4 million.
const MAX_PROCESSES: usize = 200_000;

/// No process that serves has more descriptors than this; reading them takes half a second.
const MAX_DESCRIPTORS: usize = 200_000;

/// A command line is read to this length, in bytes.
const MAX_COMMAND: u64 = 4096;

/// A process.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The number of its parent.
    pub parent: u32,
    /// The name that the kernel knows, at most 15 bytes.
    pub name: String,
    /// The program's file; `None` when it may not be read, as another user's.
    pub exe: Option<PathBuf>,
    /// Its command line with blanks between the words, or the title that it gave itself.
    pub title: String,
    /// R running, S sleeping, D waiting for a device, T stopped, t traced, Z dead and not collected.
    pub state: char,
}

/// One process; `None` when it is gone or hidden.
pub fn process(pid: u32) -> Option<Process> {
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let stat = read_start(&folder.join("stat"))?;
    let (name, state, parent) = parse_stat(&stat)?;
    let title = read_start(&folder.join("cmdline")).unwrap_or_default();
    let title = title.replace('\0', " ").trim_end().to_owned();
    let exe = fs::read_link(folder.join("exe")).ok();
    Some(Process { pid, parent, name, exe, title, state })
}

/// All processes that can be seen.
pub fn all() -> impl Iterator<Item = Process> {
    numbers().filter_map(process)
}

/// Who holds what.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Holders {
    /// The processes that hold a socket, by its inode.
    pub by_inode: BTreeMap<u64, Vec<u32>>,
    /// Whether the descriptors of every process could be read: only then does an inode that is not
    /// there belong to nobody whom we can see.
    pub complete: bool,
}

/// Looks for the processes that hold sockets.
pub fn holders(inodes: &[u64]) -> Holders {
    let mut found = Holders { complete: true, ..Holders::default() };
    for pid in numbers() {
        let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else {
            // A process that is gone meanwhile hides nothing.
            found.complete &= !Path::new(&format!("/proc/{pid}")).exists();
            continue;
        };
        for entry in entries.flatten().take(MAX_DESCRIPTORS) {
            let inode = fs::read_link(entry.path()).ok().and_then(|link| socket_inode(&link));
            if let Some(inode) = inode.filter(|inode| inodes.contains(inode)) {
                let pids = found.by_inode.entry(inode).or_default();
                if !pids.contains(&pid) {
                    pids.push(pid);
                }
            }
        }
    }
    found
}

/// How many descriptors a process has open; `None` when that may not be read.
pub fn descriptors(pid: u32) -> Option<usize> {
    Some(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.take(MAX_DESCRIPTORS).count())
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).take(MAX_PROCESSES)
}

fn read_start(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MAX_COMMAND).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `pid (name) state parent …`; the name may hold blanks and parentheses itself.
fn parse_stat(stat: &str) -> Option<(String, char, u32)> {
    let (start, rest) = stat.rsplit_once(')')?;
    let (_, name) = start.split_once('(')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?.chars().next()?;
    Some((name.to_owned(), state, words.next()?.parse().ok()?))
}

fn socket_inode(link: &Path) -> Option<u64> {
    link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::fd::AsRawFd;
    use std::process::Command;
    use std::time::Duration;
    use std::time::Instant;

    use super::super::process::Guard;
    use super::*;

    fn check(stat: &str, expected: Option<(&str, char, u32)>) {
        let read = parse_stat(stat);
        let read = read.as_ref().map(|(name, state, parent)| (name.as_str(), *state, *parent));
        assert_eq!(read, expected, "{stat:?}");
    }

    #[test]
    fn names_of_processes_are_hostile() {
        check("", None);
        check("1 (a", None);
        check(")1(", None);
        check("1 (a) S", None);
        check("1 (a) S x", None);
        check("7 (sshd) S 1 7 7 0", Some(("sshd", 'S', 1)));
        check("7 (a) Z 1 (b) T 9 7", Some(("a) Z 1 (b", 'T', 9)));
        check("7 () S 1", Some(("", 'S', 1)));
    }

    #[test]
    fn we_hold_our_own_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = fs::read_link(format!("/proc/self/fd/{}", listener.as_raw_fd())).unwrap();
        let inode = socket_inode(&link).unwrap();
        let found = holders(&[inode, u64::MAX]);
        assert_eq!(found.by_inode.get(&inode), Some(&vec![std::process::id()]));
        assert_eq!(found.by_inode.get(&u64::MAX), None);
        assert!(descriptors(std::process::id()).is_some_and(|count| count > 3));
    }

    #[test]
    fn a_stopped_process_shows_as_such() {
        let child = Guard::spawn(Command::new("sh").args(["-c", "kill -STOP $$"])).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        let state = || process(child.0.id()).map(|p| (p.name, p.state, p.parent));
        while state().is_none_or(|(_, state, _)| state != 'T') && Instant::now() < until {
            std::thread::yield_now();
        }
        assert_eq!(state(), Some(("sh".to_owned(), 'T', std::process::id())));
        assert!(process(u32::MAX).is_none());
    }
}
