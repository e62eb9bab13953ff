//! Small programs of the lab that run inside hosts: other clients that hold connections, services
//! that are not sshd, and a box on the way. They are this very executable, started again with
//! [`MARK`] as its first argument.
//!
//! Must never run outside of a host's network.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::host::{Host, PATH};

mod answer;
pub mod hold;
mod log;
pub mod middlebox;
mod packet;
mod road;
pub mod serve;

/// The first argument that makes an executable a tool.
const MARK: &str = "lab-tool";

/// What a tool prints when the event happened that the scenario waits for.
const READY: &str = "ready";

/// What tools are started from instead of this executable.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Starts tools from that program: for tests, whose `main` is not ours and cannot [`dispatch`].
pub fn start_from(program: impl Into<PathBuf>) {
    // Whoever came first named the same one: there is only one program of the lab.
    let _ = PROGRAM.set(program.into());
}

/// Becomes a tool when the process was started as one, and then never returns. Every program that
/// uses the lab calls this first in `main`, because tools are started from the same executable.
pub fn dispatch() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_none_or(|first| first != MARK) {
        return;
    }
    let ended = match arguments.get(1).map(String::as_str) {
        Some("answer") => answer::main(&arguments[2..]),
        Some("hold") => hold::main(&arguments[2..]),
        Some("log") => log::main(&arguments[2..]),
        Some("middlebox") => middlebox::main(&arguments[2..]),
        Some("serve") => serve::main(&arguments[2..]),
        other => Err(anyhow::anyhow!("no such tool: {other:?}")),
    };
    if let Err(error) = ended {
        let _ = writeln!(std::io::stderr(), "{error:#}");
        std::process::exit(1);
    }
    std::process::exit(0);
}

/// Starts a tool inside `host` and waits until it is ready.
pub(crate) fn start(host: &Host, arguments: &[&str]) -> Result<()> {
    let program = PROGRAM.get().cloned().map_or_else(std::env::current_exe, Ok)?;
    // The host may not see the folder that this executable is in; an open descriptor reaches it
    // from anywhere.
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec 3< \"$0\"; exec nsenter --target {} --net --mount --pid --uts --ipc \
             -- /proc/self/fd/3 {MARK} \"$@\"",
            host.pid()
        ))
        .arg(program)
        .args(arguments)
        .env("PATH", PATH)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .context("failed to start a tool")?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    host.keep(child);
    if line.trim() != READY {
        bail!("on {}: tool {arguments:?} did not become ready", host.name());
    }
    Ok(())
}

/// Says that the event happened which the scenario waits for.
fn ready() -> Result<()> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{READY}")?;
    stdout.flush().context("failed to say that the tool is ready")
}

/// Stays until the host ends.
fn stay() -> ! {
    loop {
        std::thread::park();
    }
}

/// The argument at `index`, or an error that names it.
fn argument<'a>(arguments: &'a [String], index: usize, what: &str) -> Result<&'a str> {
    arguments.get(index).map(String::as_str).with_context(|| format!("missing argument: {what}"))
}
