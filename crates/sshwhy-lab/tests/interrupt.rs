//! Ctrl-C during every probe: sshwhy ends at once, says nothing more and leaves nothing behind.

#[path = "support/build.rs"]
mod build;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sshwhy::probe::{MEASURES, PROBES};
use sshwhy_lab::fault::middlebox;
use sshwhy_lab::host::Host;
use sshwhy_lab::network::Network;
use sshwhy_lab::run::{self, SSHWHY, User};
use sshwhy_lab::{scenario, tool};
use support::ready;

/// What "at once" is, on a machine that is busy.
const AT_ONCE: Duration = Duration::from_secs(2);

/// How long a program may take until it runs.
const START: Duration = Duration::from_secs(20);

/// Seconds after which a sshwhy is ended that never gets to the probe.
const LIMIT: u32 = 90;

/// A scenario in which probes are chosen, and have something to wait for where possible.
struct Place {
    slug: &'static str,
    user: User,
    /// What is changed in it besides.
    change: fn(&Network) -> Result<()>,
    /// Arguments before the host.
    args: &'static [&'static str],
    moments: &'static [Moment],
}

/// When Ctrl-C is pressed.
struct Moment {
    /// As soon as sshwhy says that it has chosen this probe…
    probe: Option<&'static str>,
    /// …and a program of this name runs.
    program: Option<&'static str>,
}

const fn chosen(probe: &'static str) -> Moment {
    Moment { probe: Some(probe), program: None }
}

const fn runs_ssh(probe: &'static str) -> Moment {
    Moment { probe: Some(probe), program: Some("ssh") }
}

const PLACES: &[Place] = &[
    // Before all probes, while ssh is asked for its configuration.
    Place {
        change: slow_configuration,
        moments: &[Moment { probe: None, program: Some("sleep") }],
        ..Place::of("login-banner")
    },
    Place { moments: &[chosen("names"), chosen("name_servers")], ..Place::of("resolver-silent") },
    Place {
        moments: &[
            chosen("key-files"),
            chosen("route"),
            chosen("handshake"),
            chosen("echo"),
            chosen("other_port"),
            chosen("repeat"),
            chosen("dscp"),
            chosen("local_send"),
            chosen("trace"),
        ],
        ..Place::of("drop-on-server")
    },
    Place {
        user: User::Root,
        moments: &[chosen("local_filter")],
        ..Place::of("local-output-drop")
    },
    Place { moments: &[chosen("source-port")], ..Place::of("drop-everything") },
    Place { change: far_away, moments: &[chosen("refusal_speed")], ..Place::of("sshd-stopped") },
    Place { moments: &[chosen("silent"), chosen("odd")], ..Place::of("established-dropped") },
    Place { moments: &[chosen("trigger"), chosen("last-hop")], ..Place::of("flow-blocked") },
    Place {
        moments: &[chosen("small-segments"), chosen("path-mtu")],
        ..Place::of("mtu-to-client")
    },
    Place {
        change: far_away,
        moments: &[chosen("small-proposal")],
        ..Place::of("capability-missing")
    },
    Place {
        change: new_key,
        moments: &[runs_ssh("login"), runs_ssh("session-dscp")],
        ..Place::of("dscp-in-session")
    },
    Place { change: far_away, moments: &[chosen("loss")], ..Place::of("session-slow") },
    Place {
        args: &["--sftp", "--idle", "60s"],
        moments: &[runs_ssh("sftp"), runs_ssh("idle")],
        ..Place::of("plain-host")
    },
    Place { moments: &[runs_ssh("idle-limit")], ..Place::of("idle-forgotten") },
];

impl Place {
    const fn of(slug: &'static str) -> Place {
        Place { slug, user: User::Alice, change: |_| Ok(()), args: &[], moments: &[] }
    }

    /// What went wrong, at each moment.
    fn check(&self, sshwhy: &Path) -> Result<Vec<String>> {
        let scenario = scenario::find(self.slug).context("no such scenario")?;
        let network = run::bring_up(scenario)?;
        (self.change)(&network)?;
        run::install(&network.client, sshwhy)?;
        let words = [&[SSHWHY, "-v"], self.args, scenario.args].concat();
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let complaint = |moment: &Moment| {
            let error = press(&network.client, self.user, &words, moment).err()?;
            let program = moment.program.unwrap_or_default();
            Some(format!("{}, {:?} {program}: {error:#}", self.slug, moment.probe))
        };
        Ok(self.moments.iter().filter_map(complaint).collect())
    }
}

#[test]
fn every_probe_has_its_place() {
    let moments = PLACES.iter().flat_map(|place| place.moments);
    let tested: BTreeSet<&str> = moments.filter_map(|moment| moment.probe).collect();
    assert_eq!(tested, PROBES.iter().chain(MEASURES).map(|probe| probe.name).collect());
}

#[test]
fn every_probe_ends_at_once_and_leaves_nothing() {
    if !ready() {
        return;
    }
    tool::start_from(env!("CARGO_BIN_EXE_sshwhy-lab"));
    let sshwhy = build::sshwhy(env!("CARGO_BIN_EXE_sshwhy-lab")).expect("a sshwhy");
    let place = |slug| PLACES.iter().find(|place| place.slug == slug).expect("a place");
    let scenarios: Vec<_> = PLACES.iter().filter_map(|p| scenario::find(p.slug)).collect();
    assert_eq!(scenarios.len(), PLACES.len(), "a place that is no scenario");
    let work = |scenario: &scenario::Scenario| place(scenario.slug).check(&sshwhy);
    // Most of their time is waiting.
    let complaints: Result<Vec<_>> =
        run::in_parallel(&scenarios, 4, work, |_, _| {}).into_iter().collect();
    let complaints = complaints.expect("the scenarios").concat();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn slow_configuration(network: &Network) -> Result<()> {
    network.client.write("/etc/ssh/ssh_config", "Match exec \"sleep 1000\"\n")
}

/// A probe that is over in a moment would be over before Ctrl-C is pressed.
fn far_away(network: &Network) -> Result<()> {
    middlebox::between(network, &["delay=150"])
}

/// Then a login needs a file of its own.
fn new_key(network: &Network) -> Result<()> {
    network.client.sh("rm /etc/ssh/ssh_known_hosts").map(drop)
}

/// Runs sshwhy and presses Ctrl-C at that moment.
fn press(client: &Host, user: User, words: &[String], moment: &Moment) -> Result<()> {
    let before = Traces::of(client)?;
    let mut child = run::user_command(client, user, LIMIT, words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stderr = BufReader::new(child.stderr.take().context("no standard error")?);
    if let Some(probe) = moment.probe {
        await_line(&mut stderr, &format!("{probe}: "))?;
    }
    if let Some(program) = moment.program {
        await_process(client, &mut child, program)?;
    }
    let pid = await_process(client, &mut child, "sshwhy")?;

    let pressed = Instant::now();
    ensure!(Command::new("kill").args(["-INT", &pid.to_string()]).status()?.success(), "no kill");
    let output = child.wait_with_output()?;
    let took = pressed.elapsed();
    let rest = std::io::read_to_string(stderr)?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.code() == Some(130), "{}: {said}{rest}", output.status);
    ensure!(took < AT_ONCE, "it took {took:?} to end");
    ensure!(said.is_empty(), "it still said: {said}");
    ensure!(!rest.contains("panicked"), "{rest}");
    // What was killed takes the kernel a moment.
    loop {
        let after = Traces::of(client)?;
        if after == before {
            return Ok(());
        }
        ensure!(pressed.elapsed() < AT_ONCE, "left behind: {after:?}, before: {before:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a line begins with this.
fn await_line(from: &mut impl BufRead, start: &str) -> Result<()> {
    let mut said = String::new();
    loop {
        let begin = said.len();
        ensure!(from.read_line(&mut said)? > 0, "it ended before it said `{start}`:\n{said}");
        if said.get(begin..).is_some_and(|line| line.starts_with(start)) {
            return Ok(());
        }
    }
}

/// Waits until a process of this name runs on the host; its number outside of it.
fn await_process(host: &Host, sshwhy: &mut Child, name: &str) -> Result<u32> {
    let start = Instant::now();
    loop {
        if let Some((pid, _)) = processes(host)?.into_iter().find(|process| process.1 == name) {
            return Ok(pid);
        }
        ensure!(sshwhy.try_wait()?.is_none(), "it ended before {name} ran");
        ensure!(start.elapsed() < START, "{name} does not run");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// All that a program can leave behind on a host.
#[derive(Debug, PartialEq)]
struct Traces {
    processes: Vec<(u32, String)>,
    listening: Vec<String>,
    files: Vec<String>,
}

impl Traces {
    fn of(host: &Host) -> Result<Traces> {
        let mut listening = Vec::new();
        for table in ["tcp", "tcp6", "udp", "udp6"] {
            let table = fs::read_to_string(format!("/proc/{}/net/{table}", host.pid()))?;
            listening.extend(table.lines().filter_map(listener));
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(format!("/proc/{}/root/tmp", host.pid()))? {
            files.push(entry?.file_name().to_string_lossy().into_owned());
        }
        listening.sort();
        files.sort();
        Ok(Traces { processes: processes(host)?, listening, files })
    }
}

/// The local address of a socket that listens (state 0A of TCP, 07 of UDP), from proc(5).
fn listener(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let listens = ["0A", "07"].contains(fields.get(3)?);
    listens.then(|| fields.get(1).copied().unwrap_or_default().to_owned())
}

/// The processes of a host: number outside of it, name.
fn processes(host: &Host) -> Result<Vec<(u32, String)>> {
    let space = fs::read_link(format!("/proc/{}/ns/pid", host.pid()))?;
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process may end while we look.
        let own = fs::read_link(format!("/proc/{pid}/ns/pid")).is_ok_and(|own| own == space);
        if let (true, Ok(name)) = (own, fs::read_to_string(format!("/proc/{pid}/comm"))) {
            found.push((pid, name.trim_end().to_owned()));
        }
    }
    found.sort_unstable();
    Ok(found)
}
