//! Reading long logs and captures, beside grep, fail2ban-regex, tcpdump and tshark on the same file in the same run.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;

use super::traffic::write_capture;
use super::traffic::write_log;
use crate::build;

/// Words that somebody who uses grep would look for.
const PATTERN: &str = "Failed password|drop connection|refused connect|Unable to negotiate";
/// Each is measured so often; the fastest counts, because the machine is noisy.
const TIMES: usize = 7;
/// fail2ban-regex reads only this share of the log, and its time is scaled.
const SHARE: usize = 50;

/// How many times the peer's time we may take, at most.
/// Of ten times as much, we may take so many times the memory: more clients are told apart.
const MEMORY_GROWTH: f64 = 1.5;
const LOG_TO_GREP: f64 = 1.0 / 0.6;
const LOG_TO_FAIL2BAN: f64 = 0.01;
const CAPTURE_TO_TCPDUMP: f64 = 2.0;
const CAPTURE_TO_TSHARK: f64 = 1.0 / 40.0;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Lines of the log, packets of the capture
    #[arg(long, default_value_t = 1_000_000)]
    count: usize,
}

/// A folder that goes with it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind lies among temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let sshwhy = build::release()?;
    let folder = Folder(std::env::temp_dir().join(format!("sshwhy-bench-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0)?;
    let (log, short) = (folder.0.join("auth.log"), folder.0.join("short.log"));
    write_log(&log, arguments.count)?;
    write_log(&short, arguments.count / SHARE)?;
    let capture = folder.0.join("capture.pcap");
    write_capture(&capture, arguments.count)?;

    let mut kept = Vec::new();
    let grep = || command("grep", &["-cE", PATTERN], &log);
    let ours = || explain(&sshwhy, &log);
    let one = |make: &dyn Fn() -> Result<Command>| on_one_core(make()?);
    kept.push(compare("log, one core, to grep", 1.0, LOG_TO_GREP, || one(&ours), || one(&grep))?);
    kept.push(compare("log, all cores, to grep", 1.0, 1.0, ours, grep)?);
    let regex = || {
        command("fail2ban-regex", &[], &short).map(|mut c| {
            c.arg("sshd");
            c
        })
    };
    let scale = SHARE as f64;
    kept.push(compare("log, to fail2ban-regex", scale, LOG_TO_FAIL2BAN, || one(&ours), regex)?);
    let filter = "tcp port 22 and tcp[tcpflags] & (tcp-syn|tcp-rst|tcp-fin) != 0";
    let tcpdump = || {
        command("tcpdump", &["-r"], &capture).map(|mut c| {
            c.args(["-w", "/dev/null", filter]);
            c
        })
    };
    let ours = || explain(&sshwhy, &capture);
    let name = "capture, to tcpdump -r";
    kept.push(compare(name, 1.0, CAPTURE_TO_TCPDUMP, || one(&ours), || one(&tcpdump))?);
    let tshark = || command("tshark", &["-q", "-z", "expert", "-r"], &capture);
    let name = "capture, to tshark -z expert";
    kept.push(compare(name, 1.0, CAPTURE_TO_TSHARK, || one(&ours), || one(&tshark))?);
    for (name, file, head) in [("log", &log, 0), ("capture", &capture, 24)] {
        let (whole, ten) = (peak(&sshwhy, file, head, 1)?, peak(&sshwhy, file, head, 10)?);
        println!("{name}: memory {whole} KiB, of one that is 10 times as long {ten} KiB");
        kept.push(ten as f64 <= whole as f64 * MEMORY_GROWTH);
    }
    if kept.contains(&false) {
        bail!("slower or larger than promised");
    }
    Ok(())
}

fn on_one_core(command: Command) -> Result<Command> {
    let mut on_one = Command::new("taskset");
    on_one.args(["-c", "0"]).arg(command.get_program()).args(command.get_args());
    Ok(on_one)
}

/// The most memory that we take for a file that comes by a pipe so many times over, in KiB. What follows the first `head` bytes
/// is repeated.
fn peak(sshwhy: &Path, file: &Path, head: usize, times: usize) -> Result<u64> {
    let bytes = std::fs::read(file)?;
    let mut command = explain(sshwhy, Path::new("-"))?;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut pipe = child.stdin.take().context("no pipe")?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let highest = || -> Option<u64> {
        let status = std::fs::read_to_string(&status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok()
    };
    for time in 0..times {
        pipe.write_all(&bytes[if time == 0 { 0 } else { head }..])?;
    }
    // The pipe holds less than what is left of the work.
    let peak = highest().context("nobody knows how much memory it took")?;
    drop(pipe);
    child.wait()?;
    Ok(peak)
}

fn explain(sshwhy: &Path, file: &Path) -> Result<Command> {
    let mut command = Command::new(sshwhy);
    command.arg("explain").args(["--format", "json"]).arg(file);
    Ok(command)
}

fn command(program: &str, words: &[&str], file: &Path) -> Result<Command> {
    let mut command = Command::new(program);
    command.args(words).arg(file);
    Ok(command)
}

/// The fastest of a few runs of two programs, by turns: the machine is noisy.
fn fastest(
    ours: impl Fn() -> Result<Command>,
    peer: impl Fn() -> Result<Command>,
) -> Result<(Duration, Duration)> {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..TIMES {
        best = (best.0.min(time(ours()?)?), best.1.min(time(peer()?)?));
    }
    Ok(best)
}

fn time(mut command: Command) -> Result<Duration> {
    let began = Instant::now();
    // A pipe: grep stops at the first match when nobody can read what it says.
    let output = command.stdin(Stdio::null()).output()?;
    // A program that is not there is found by taskset, which says 127.
    if output.status.code() == Some(127) {
        bail!("not installed");
    }
    Ok(began.elapsed())
}

/// Whether we keep the promise; a peer that is not here is passed over.
fn compare(
    name: &str,
    scale: f64,
    promise: f64,
    ours: impl Fn() -> Result<Command>,
    peer: impl Fn() -> Result<Command>,
) -> Result<bool> {
    let Ok((ours, peer)) = fastest(ours, peer) else {
        println!("{name}: passed over, the peer is not installed");
        return Ok(true);
    };
    let theirs = peer.as_secs_f64() * scale;
    let ratio = ours.as_secs_f64() / theirs;
    println!(
        "{name}: peer {theirs:.2} s, ours {ours:.2?}: ratio {ratio:.3} (promise: {promise:.3})"
    );
    Ok(ratio <= promise)
}
