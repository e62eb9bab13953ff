//! Runs sshwhy in scenarios and collects what it said and what it cost.
//!
//! Must never judge: that is [`crate::score`].

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::host::{Host, Output, output};
use crate::network::Network;
use crate::scenario::{Plain, Scenario};

/// How long plain ssh is observed, seconds.
pub const PLAIN_LIMIT: u32 = 20;

/// How long a client tries before the server is looked at, seconds. Longer than libwrap waits.
const TRY_LIMIT: u32 = 7;

/// Where sshwhy lies on the hosts.
pub const SSHWHY: &str = "/usr/local/bin/sshwhy";

/// How long sshwhy may take before the lab ends it, seconds. Far above what is promised, so that a
/// run that hangs is seen as such.
const SSHWHY_LIMIT: u32 = 90;

/// Who runs sshwhy on the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// Not privileged; has a key that the server accepts.
    Alice,
    /// May read rule sets and open raw sockets; has a key that the server accepts.
    Root,
}

/// How to run scenarios.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The sshwhy to be proved.
    pub sshwhy: PathBuf,
    /// Who runs it.
    pub user: User,
    /// Whether to measure first, in a network of its own, how long plain ssh takes.
    pub plain: bool,
}

/// What one run gave.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The scenario.
    pub slug: &'static str,
    /// sshwhy's exit code; `None` when it was ended by a signal.
    pub exit: Option<i32>,
    /// What it printed, when that is JSON.
    pub report: Option<serde_json::Value>,
    /// What it printed when that is not JSON.
    pub stdout: String,
    /// What it said on standard error.
    pub stderr: String,
    /// From its start to its end, seconds.
    pub seconds: f64,
    /// Connections (distinct address and port pairs) that the router saw from the client during the
    /// run.
    pub connections: usize,
    /// The case file that it recorded.
    pub case: Option<String>,
    /// Plain ssh in the same scenario, if it was measured: exit code (`None`: still there after 20
    /// s) and seconds.
    pub plain: Option<(Option<i32>, f64)>,
}

/// Brings one scenario up and runs sshwhy in it.
///
/// # Errors
/// When the scenario cannot be set up or sshwhy cannot be started; what sshwhy then does is data.
pub fn run(settings: &Settings, scenario: &'static Scenario) -> Result<Outcome> {
    let plain = if settings.plain {
        let ended = plain(scenario, settings.user)?;
        Some((ended.exit, ended.seconds))
    } else {
        None
    };
    let network = bring_up(scenario)?;
    install(&network.client, &settings.sshwhy)?;
    let home = settings.user.home();
    let mut words = vec![SSHWHY.to_owned(), "--format".to_owned(), "json".to_owned()];
    words.extend(["--record".to_owned(), format!("{home}/lab.case")]);
    words.extend(scenario.args.iter().map(|word| (*word).to_owned()));
    count_connections(&network.router)?;
    let ended = as_user(&network.client, settings.user, SSHWHY_LIMIT, &words)?;
    let connections = counted_connections(&network.router)?;
    let case = network.client.read(&format!("{home}/lab.case")).ok();
    Ok(Outcome { plain, ..outcome(scenario, ended, connections, case) })
}

/// Brings one scenario up, lets a client try with plain ssh, and runs `sshwhy server`.
///
/// # Errors
/// When the scenario cannot be set up or sshwhy cannot be started; what sshwhy then does is data.
pub fn run_on_server(sshwhy: &Path, scenario: &'static Scenario) -> Result<Outcome> {
    let network = bring_up(scenario)?;
    look_at_server(sshwhy, scenario, &network)
}

fn look_at_server(
    sshwhy: &Path,
    scenario: &'static Scenario,
    network: &Network,
) -> Result<Outcome> {
    let mut words: Vec<String> = ["ssh", "-v", "-o", "BatchMode=yes"].map(str::to_owned).to_vec();
    words.extend(scenario.plain_args.iter().map(|word| (*word).to_owned()));
    as_user(&network.client, User::Alice, TRY_LIMIT, &words)?;
    install(&network.server, sshwhy)?;
    let mut words = [SSHWHY, "server", "--format", "json", "--record"].map(str::to_owned).to_vec();
    words.push("/root/lab.case".to_owned());
    words.extend(scenario.server_args.iter().map(|word| (*word).to_owned()));
    let ended = as_user(&network.server, User::Root, SSHWHY_LIMIT, &words)?;
    Ok(outcome(scenario, ended, 0, network.server.read("/root/lab.case").ok()))
}

/// Brings one scenario up, looks at the server after a client tried, and diagnoses from the client with what was found
/// there (`--with`).
///
/// # Errors
/// When the scenario cannot be set up or sshwhy cannot be started; what sshwhy then does is data.
pub fn run_joined(sshwhy: &Path, scenario: &'static Scenario) -> Result<Outcome> {
    const SERVER_CASE: &str = "/tmp/server.case";
    let network = bring_up(scenario)?;
    let found = look_at_server(sshwhy, scenario, &network)?;
    network.client.write(SERVER_CASE, found.case.as_deref().unwrap_or_default())?;
    install(&network.client, sshwhy)?;
    let mut words = [SSHWHY, "--format", "json", "--with", SERVER_CASE].map(str::to_owned).to_vec();
    words.extend(scenario.args.iter().map(|word| (*word).to_owned()));
    let ended = as_user(&network.client, User::Alice, SSHWHY_LIMIT, &words)?;
    Ok(outcome(scenario, ended, 0, None))
}

fn outcome(
    scenario: &Scenario,
    ended: Output,
    connections: usize,
    case: Option<String>,
) -> Outcome {
    let report = serde_json::from_str(&ended.stdout).ok();
    Outcome {
        slug: scenario.slug,
        exit: ended.status.code(),
        stdout: if report.is_some() { String::new() } else { ended.stdout },
        report,
        stderr: ended.stderr,
        seconds: ended.seconds,
        connections,
        case,
        plain: None,
    }
}

/// Runs sshwhy in many scenarios with `workers` at a time and hands each result to `done` as it
/// comes. The results are in the order of `scenarios`.
pub fn run_all(
    settings: &Settings,
    scenarios: &[&'static Scenario],
    workers: usize,
    done: impl FnMut(&'static Scenario, &Result<Outcome>),
) -> Vec<Result<Outcome>> {
    in_parallel(scenarios, workers, |scenario| run(settings, scenario), done)
}

/// Does `work` for each scenario with `workers` at a time and hands each result to `done` as it
/// comes. The results are in the order of `scenarios`.
pub fn in_parallel<T: Send>(
    scenarios: &[&'static Scenario],
    workers: usize,
    work: impl Fn(&'static Scenario) -> T + Sync,
    mut done: impl FnMut(&'static Scenario, &T),
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<Option<T>> = scenarios.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(index) else { break };
                    // Nobody listens any more only when the lab is about to end.
                    let _ = sender.send((index, work(scenario)));
                }
            });
        }
        drop(sender);
        for (index, result) in receiver {
            if let (Some(scenario), Some(place)) = (scenarios.get(index), results.get_mut(index)) {
                done(scenario, &result);
                *place = Some(result);
            }
        }
    });
    results.into_iter().flatten().collect()
}

/// A fresh network with the scenario's fault in place and its daemons running.
///
/// # Errors
/// When something of it fails; the error names the scenario.
pub fn bring_up(scenario: &Scenario) -> Result<Network> {
    let network = Network::start(scenario.server)?;
    (scenario.set_up)(&network)
        .with_context(|| format!("failed to set up scenario {}", scenario.slug))?;
    Ok(network)
}

/// How plain ssh ended.
#[derive(Debug, Clone)]
pub struct PlainEnd {
    /// Its exit code; `None` when it was still there after 20 s.
    pub exit: Option<i32>,
    /// How long it took, at most 20 s.
    pub seconds: f64,
    /// What `ssh -v` said.
    pub said: String,
}

/// Runs plain `ssh -v` in a network of its own.
///
/// # Errors
/// When the scenario cannot be set up.
pub fn plain(scenario: &Scenario, user: User) -> Result<PlainEnd> {
    let network = bring_up(scenario)?;
    let mut words: Vec<String> = ["ssh", "-v", "-o", "BatchMode=yes"].map(str::to_owned).to_vec();
    words.extend(scenario.plain_args.iter().map(|word| (*word).to_owned()));
    let ended = as_user(&network.client, user, PLAIN_LIMIT, &words)?;
    // timeout(1) with KILL ends with 137.
    let exit = ended.status.code().filter(|code| *code != 137);
    Ok(PlainEnd { exit, seconds: ended.seconds, said: ended.stderr })
}

/// Whether plain ssh shows what the scenario says that it shows; otherwise the reason why not.
///
/// # Errors
/// When the scenario cannot be set up.
pub fn check(scenario: &Scenario, user: User) -> Result<std::result::Result<PlainEnd, String>> {
    let end = plain(scenario, user)?;
    let mut last = end.said.lines().rev().take(3);
    let holds = match scenario.plain {
        Plain::Fails(text) => end.exit.is_some_and(|code| code != 0) && end.said.contains(text),
        Plain::Hangs(text) => end.exit.is_none() && last.any(|line| line.contains(text)),
        Plain::Varies => true,
        Plain::Works => end.exit == Some(0),
    };
    if holds {
        return Ok(Ok(end));
    }
    let tail: Vec<&str> = end.said.lines().rev().take(6).collect();
    let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n    ");
    Ok(Err(format!(
        "expected {:?}, but exit {:?} after {:.1} s:\n    {tail}",
        scenario.plain, end.exit, end.seconds
    )))
}

impl User {
    /// The home directory on the client and the server.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            User::Alice => "/home/alice",
            User::Root => "/root",
        }
    }
}

/// A command in `host` as `user`, in the home directory. `limit` seconds, 0 for none.
pub fn user_command(host: &Host, user: User, limit: u32, words: &[String]) -> Command {
    let (name, id) = match user {
        User::Alice => ("alice", "1500"),
        User::Root => ("root", "0"),
    };
    let mut command = host.command("setpriv");
    command
        .args(["--reuid", id, "--regid", id, "--clear-groups", "--", "env"])
        .arg(format!("--chdir={}", user.home()))
        .arg(format!("HOME={}", user.home()))
        .args([format!("USER={name}"), format!("LOGNAME={name}")])
        .args(["timeout", "--signal=KILL", &limit.to_string()])
        .args(words);
    command
}

fn as_user(host: &Host, user: User, limit: u32, words: &[String]) -> Result<Output> {
    output(&mut user_command(host, user, limit, words))
}

/// Copies sshwhy into a host, where an unprivileged user can reach it.
///
/// # Errors
/// When it cannot be read or written.
pub fn install(host: &Host, sshwhy: &Path) -> Result<()> {
    let binary =
        File::open(sshwhy).with_context(|| format!("failed to open {}", sshwhy.display()))?;
    let copied = host
        .command("sh")
        .args(["-euc", "cat > \"$0\"; chmod 755 \"$0\"", SSHWHY])
        .stdin(Stdio::from(binary))
        .status()?;
    if !copied.success() {
        bail!("failed to copy sshwhy into {}", host.name());
    }
    Ok(())
}

/// The router remembers every pair of ends of which it sees a SYN from the client's side, before
/// any rule can drop it.
fn count_connections(router: &Host) -> Result<()> {
    router
        .net_sh(
            "nft -f - <<'END'
table inet lab_count {
    set four { typeof ip saddr . tcp sport . ip daddr . tcp dport; flags dynamic; size 65535; }
    set six { typeof ip6 saddr . tcp sport . ip6 daddr . tcp dport; flags dynamic; size 65535; }
    chain seen {
        type filter hook prerouting priority -400; policy accept;
        iifname \"client0\" tcp flags & (syn | ack) == syn \
            add @four { ip saddr . tcp sport . ip daddr . tcp dport }
        iifname \"client0\" tcp flags & (syn | ack) == syn \
            add @six { ip6 saddr . tcp sport . ip6 daddr . tcp dport }
    }
}
END",
        )
        .map(drop)
}

fn counted_connections(router: &Host) -> Result<usize> {
    let mut count = 0;
    for set in ["four", "six"] {
        let json = router.net_sh(&format!("nft --json list set inet lab_count {set}"))?;
        let listed: serde_json::Value =
            serde_json::from_str(&json).context("nft printed no JSON")?;
        let elements = listed.pointer("/nftables/1/set/elem").and_then(serde_json::Value::as_array);
        count += elements.map_or(0, Vec::len);
    }
    Ok(count)
}
