//! A lab host: one `unshare`d process with its own network, file system view, processes and host
//! name.
//!
//! Must never change the machine it runs on: every command of a host enters the host's namespaces
//! first, nothing is given a name outside of them, and the kernel takes all of it away when the lab
//! ends, however it ends (`PR_SET_PDEATHSIG` kills `unshare`, which kills process 1 of the host,
//! which ends every process and mount inside).

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::IpAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::fixture;
use crate::root::Root;
use crate::tool;

/// How long a daemon may take until the event that a scenario waits for. Generous: the machine may
/// be busy.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// A running host. It ends when this value is dropped, or when the thread that started it ends.
#[derive(Debug)]
pub struct Host {
    name: &'static str,
    unshare: Child,
    pid: u32,
    tools: RefCell<Vec<Child>>,
}

/// What a command in a host printed, how it ended and how long it took.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
    /// From start to end, seconds.
    pub seconds: f64,
}

impl Host {
    /// Starts a host called `name` with the files of `root`, ready for commands and without any
    /// network but loopback.
    ///
    /// # Errors
    /// When a namespace or mount is refused (not root), or a program that the host is made with is
    /// missing.
    pub fn start(name: &'static str, root: &Root) -> Result<Host> {
        let mut unshare = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "unshare"])
            .args(["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"])
            .args(["--", "sh", "-c", include_str!("host/init.sh"), "sh", name])
            .arg(root.path()?)
            .arg(fixture::ensure()?)
            .env_clear()
            .env("PATH", PATH)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("failed to start a host: `setpriv` and `unshare` of util-linux are needed")?;
        let mut line = String::new();
        if let Some(stdout) = unshare.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let Ok(pid) = line.trim().parse() else {
            let mut said = String::new();
            if let Some(mut stderr) = unshare.stderr.take() {
                stderr.read_to_string(&mut said)?;
            }
            unshare.wait()?;
            bail!("failed to start host {name}: {} (the lab must be root)", said.trim());
        };
        Ok(Host { name, unshare, pid, tools: RefCell::default() })
    }

    /// The host's name, which is also its host name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Process 1 of this host, as the machine numbers it.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// A command that will run inside this host as root, with an empty environment but `PATH`,
    /// `HOME` and `LANG`.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.pid.to_string()])
            .args(["--net", "--mount", "--pid", "--uts", "--ipc", "--", program])
            .env_clear()
            .envs([("PATH", PATH), ("HOME", "/root"), ("LANG", "C.UTF-8"), ("USER", "root")])
            .stdin(Stdio::null());
        command
    }

    /// Runs a shell script inside and waits for its end, whatever its exit code.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn try_sh(&self, script: &str) -> Result<Output> {
        output(self.command("sh").args(["-euc", script]))
    }

    /// Runs a shell script inside and returns what it printed.
    ///
    /// # Errors
    /// When it cannot be started or does not exit with 0; the error carries what it said.
    pub fn sh(&self, script: &str) -> Result<String> {
        let output = self.try_sh(script)?;
        if !output.status.success() {
            bail!("on {}: `{script}` failed: {}", self.name, output.stderr.trim());
        }
        Ok(output.stdout)
    }

    /// Runs `script` with the machine's own programs but this host's network: for roots that lack
    /// `ethtool` or `nft`.
    ///
    /// # Errors
    /// As [`Host::sh`].
    pub fn net_sh(&self, script: &str) -> Result<String> {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.pid.to_string(), "--net", "--", "sh", "-euc", script]);
        let output = output(command.stdin(Stdio::null()))?;
        if !output.status.success() {
            bail!("on {}: `{script}` failed: {}", self.name, output.stderr.trim());
        }
        Ok(output.stdout)
    }

    /// Writes a file inside, replacing what was there; folders are made. Goes through a process
    /// inside the host, so that an absolute symbolic link of the host can never lead to a file of
    /// the machine.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        let mut child = self
            .command("sh")
            .args(["-euc", "mkdir -p \"$(dirname \"$0\")\"; cat > \"$0\"", path])
            .stdin(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        if !child.wait()?.success() {
            bail!("on {}: failed to write {path}", self.name);
        }
        Ok(())
    }

    /// The text of a file inside.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, path: &str) -> Result<String> {
        self.sh(&format!("cat '{path}'"))
    }

    /// Starts a program that stays, with nothing connected to it. It ends with the host.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&self, script: &str) -> Result<()> {
        self.command("sh")
            .args(["-euc", &format!("( {script} ) </dev/null >>/var/log/lab.log 2>&1 &")])
            .status()
            .with_context(|| format!("on {}: failed to start `{script}`", self.name))?;
        Ok(())
    }

    /// Starts rsyslogd, which writes what this host's daemons say to /var/log/auth.log. In a root
    /// without rsyslogd a tool of the lab does the same.
    ///
    /// # Errors
    /// When neither starts.
    pub fn syslog(&self) -> Result<()> {
        if self.try_sh("test -S /dev/log")?.status.success() {
            return Ok(());
        }
        if !self.try_sh("test -x /usr/sbin/rsyslogd")?.status.success() {
            return self.tool(&["log", self.name]);
        }
        self.write(
            "/etc/rsyslog.conf",
            "module(load=\"imuxsock\")\nauth,authpriv.* /var/log/auth.log\n",
        )?;
        self.sh("touch /var/log/auth.log; rsyslogd > /dev/null 2>&1")?;
        self.await_sh("test -S /dev/log")
    }

    /// Starts one of the lab's own tools ([`crate::tool`]) inside and waits until it says that it
    /// is ready.
    ///
    /// # Errors
    /// When it does not start or says something else first.
    pub fn tool(&self, arguments: &[&str]) -> Result<()> {
        tool::start(self, arguments)
    }

    /// Remembers a process that ends with this host, to collect its exit code then.
    pub(crate) fn keep(&self, tool: Child) {
        self.tools.borrow_mut().push(tool);
    }

    /// Waits until something listens on a TCP `port` of this host.
    ///
    /// # Errors
    /// When nothing does within 20 s; the error carries the host's lab.log.
    pub fn await_listener(&self, port: u16) -> Result<()> {
        self.await_event(&format!("a listener on port {port}"), || {
            Ok(["tcp", "tcp6"].iter().any(|family| {
                // This file shows the sockets of the network namespace of that process, without
                // entering it.
                std::fs::read_to_string(format!("/proc/{}/net/{family}", self.pid))
                    .is_ok_and(|table| table.lines().any(|line| listens(line, port)))
            }))
        })
    }

    /// Waits until `condition`, a shell script run inside, exits with 0.
    ///
    /// # Errors
    /// When it does not within 20 s.
    pub fn await_sh(&self, condition: &str) -> Result<()> {
        self.await_event(condition, || Ok(self.try_sh(condition)?.status.success()))
    }

    fn await_event(&self, what: &str, mut happened: impl FnMut() -> Result<bool>) -> Result<()> {
        let start = Instant::now();
        while !happened()? {
            if start.elapsed() > EVENT_TIMEOUT {
                let log = self.try_sh("cat /var/log/lab.log")?.stdout;
                bail!("on {}: waited {EVENT_TIMEOUT:?} for {what}; the log says: {log}", self.name);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Adds another address to the interface that leads to the router.
    ///
    /// # Errors
    /// When the kernel refuses it.
    pub fn add_address(&self, address: IpAddr) -> Result<()> {
        let (prefix, nodad) = if address.is_ipv4() { (24, "") } else { (64, "nodad") };
        self.net_sh(&format!("ip address add {address}/{prefix} dev eth0 {nodad}")).map(drop)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Failing here means that it is gone already.
        let _ = self.unshare.kill();
        let _ = self.unshare.wait();
        for mut tool in self.tools.take() {
            let _ = tool.wait();
        }
    }
}

/// Where programs are looked for inside a host.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Whether a line of /proc/net/tcp is a listening socket on `port` (proc(5): local address, remote
/// address, state 0A).
fn listens(line: &str, port: u16) -> bool {
    let mut fields = line.split_whitespace().skip(1);
    let local = fields.next().and_then(|local| local.rsplit_once(':')).map(|(_, port)| port);
    let state = fields.nth(1);
    state == Some("0A") && local == Some(&format!("{port:04X}"))
}

/// Runs a command to its end.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    let start = Instant::now();
    let output = command.output().with_context(|| format!("failed to run {command:?}"))?;
    Ok(Output {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        seconds: start.elapsed().as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_found_by_port_and_state() {
        let line = "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0";
        assert!(listens(line, 22));
        assert!(!listens(line, 23));
        assert!(!listens(&line.replace(" 0A ", " 01 "), 22));
        assert!(!listens("", 22));
        assert!(!listens("  sl  local_address rem_address   st", 22));
    }
}
