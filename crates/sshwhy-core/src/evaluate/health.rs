//! Whether a host has time, memory, disk and descriptors to spare for one more login.
//!
//! The thresholds are where things fail, not where they are tight: a build machine that has four
//! times more work than processors, a disk that is 99 % full, or a cache that fills all memory are
//! sound, and logins work there.

use crate::model::question::ServerHealth;
use crate::parse::proc_host::Load;
use crate::parse::proc_host::Memory;
use crate::parse::proc_host::Pressure;

/// What was measured; what could not be is absent and blames nobody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// `/proc/meminfo`.
    pub memory: Option<Memory>,
    /// `/proc/pressure/memory`.
    pub memory_pressure: Option<Pressure>,
    /// `/proc/pressure/cpu`.
    pub processor_pressure: Option<Pressure>,
    /// `/proc/loadavg`.
    pub load: Option<Load>,
    /// How many processors there are; 0 when not known.
    pub processors: u64,
    /// The file systems that a login writes to.
    pub file_systems: Vec<FileSystem>,
    /// What is counted against a limit.
    pub usages: Vec<Usage>,
}

/// A file system.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileSystem {
    /// A path on it.
    pub path: String,
    /// Its size in bytes.
    pub total: u64,
    /// What an ordinary user may still write, in bytes.
    pub free: u64,
    /// How many files it may hold; 0 where that is not limited.
    pub nodes: u64,
    /// How many more an ordinary user may make.
    pub free_nodes: u64,
    /// Whether it is read-only; then it is full by nature.
    pub read_only: bool,
}

/// Something that is counted against a limit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Usage {
    /// What is counted, in words.
    pub what: String,
    /// Where the limit was read.
    pub source: String,
    /// How many there are.
    pub used: u64,
    /// How many there may be.
    pub limit: u64,
    /// How many one more login needs.
    pub needs: u64,
}

/// What was found, with what shows it and where that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// The answer.
    pub answer: ServerHealth,
    /// The file or command that shows it.
    pub source: String,
    /// The numbers.
    pub text: String,
}

/// Judges a host: the first thing that is exhausted, or that none is. `None` when nothing was
/// measured.
pub fn judge(facts: &Facts) -> Option<Judgement> {
    if *facts == Facts::default() {
        return None;
    }
    let found = exhausted(facts).or_else(|| out_of_memory(facts)).or_else(|| full(facts));
    found.or_else(|| busy(facts)).or_else(|| Some(well(facts)))
}

fn exhausted(facts: &Facts) -> Option<Judgement> {
    let none_left = |usage: &&Usage| usage.used.saturating_add(usage.needs) > usage.limit;
    let usage = facts.usages.iter().find(none_left)?;
    let text = format!("{} of {} {}", usage.used, usage.limit, usage.what);
    let answer = ServerHealth::OutOfDescriptors;
    Some(Judgement { answer, source: usage.source.clone(), text })
}

/// sshd's process for a connection, the login modules and a shell take about this much.
const LOGIN_MEMORY: u64 = 16 << 20;

/// A host on which all tasks wait for memory in most of the time is swapping itself to death.
const THRASHING_PERCENT: f64 = 60.0;

fn out_of_memory(facts: &Facts) -> Option<Judgement> {
    let answer = ServerHealth::OutOfMemory;
    if let Some(pressure) = facts.memory_pressure.filter(|p| p.full_ten >= THRASHING_PERCENT) {
        let text = format!("all tasks waited for memory in {} % of ten seconds", pressure.full_ten);
        return Some(Judgement { answer, source: "/proc/pressure/memory:2".to_owned(), text });
    }
    let memory = facts.memory?;
    // A small router is sound with less than that, as long as it is a part of what it has.
    let enough = LOGIN_MEMORY.min(memory.total / 32);
    if memory.available.saturating_add(memory.swap_free) >= enough {
        return None;
    }
    let text = format!("{}, no swap left", in_words(memory));
    Some(Judgement { answer, source: "/proc/meminfo".to_owned(), text })
}

/// Less than this is not even a login record and a line of a shell's history.
const LOGIN_DISK: u64 = 64 << 10;

fn full(facts: &Facts) -> Option<Judgement> {
    let answer = ServerHealth::DiskFull;
    // File systems without a size are the kernel's own.
    let mut written = facts.file_systems.iter().filter(|f| !f.read_only && f.total > LOGIN_DISK);
    written.find_map(|f| {
        if f.free < LOGIN_DISK {
            let text = format!("{} of {} free on {}", size(f.free), size(f.total), f.path);
            return Some(Judgement { answer, source: format!("df {}", f.path), text });
        }
        // btrfs and others have no limit, and say so with zero.
        (f.nodes > 0 && f.free_nodes == 0).then(|| {
            let text = format!("0 of {} inodes free on {}", f.nodes, f.path);
            Judgement { answer, source: format!("df -i {}", f.path), text }
        })
    })
}

/// A woken sshd waits for its turn behind the tasks that are ready. With fewer than this for each
/// processor a login is slow to watch, but far from any time limit.
const READY_TASKS: u64 = 20;

/// Building on all processors comes close to 100 % too; only with [`READY_TASKS`] it means much.
const WAITING_PERCENT: f64 = 95.0;

/// Load alone says nothing: a hundred tasks that wait for a dead file server leave the processors
/// free. A full disk queue does not either: one backup is enough for that.
fn busy(facts: &Facts) -> Option<Judgement> {
    let (load, pressure) = (facts.load?, facts.processor_pressure?);
    let limit = facts.processors.checked_mul(READY_TASKS).filter(|limit| *limit > 0)?;
    let waits = pressure.some_ten >= WAITING_PERCENT && pressure.some_minute >= WAITING_PERCENT;
    if !waits || load.running < limit || load.minute < limit as f64 {
        return None;
    }
    let text = format!(
        "{} tasks are ready to run on {} processors, load {}, and tasks waited in {} % of a minute",
        load.running, facts.processors, load.minute, pressure.some_minute
    );
    Some(Judgement { answer: ServerHealth::Busy, source: "/proc/loadavg:1".to_owned(), text })
}

fn well(facts: &Facts) -> Judgement {
    let mut words = Vec::new();
    if let Some(load) = facts.load {
        words.push(format!("load {} on {} processors", load.minute, facts.processors));
    }
    words.extend(facts.memory.map(in_words));
    let room = |f: &FileSystem| f.free;
    if let Some(f) = facts.file_systems.iter().filter(|f| !f.read_only).min_by_key(|f| room(f)) {
        words.push(format!("{} free on {}", size(f.free), f.path));
    }
    let left = |u: &Usage| u.limit.saturating_sub(u.used);
    if let Some(usage) = facts.usages.iter().min_by_key(|usage| left(usage)) {
        words.push(format!("{} of {} {}", usage.used, usage.limit, usage.what));
    }
    let source = "/proc/loadavg, /proc/meminfo, df".to_owned();
    Judgement { answer: ServerHealth::Well, source, text: words.join(", ") }
}

fn in_words(memory: Memory) -> String {
    format!("{} of {} memory available", size(memory.available), size(memory.total))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..10_737_418_240 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

#[cfg(test)]
mod tests;
