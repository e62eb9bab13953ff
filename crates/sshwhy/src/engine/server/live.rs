//! `--watch`: what the kernel and sshd do while a client tries, told as it happens.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use sshwhy_core::evaluate::watch::Happening;
use sshwhy_core::evaluate::watch::NOT_WATCHED;
use sshwhy_core::evaluate::watch::Watched;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::flow::Flow;
use sshwhy_core::parse::trace_event;

use super::Asked;
use crate::inspect::counters;
use crate::inspect::host::Host;
use crate::sys::cancel::Cancel;
use crate::sys::clock;
use crate::sys::sock_diag;
use crate::sys::tracefs;
use crate::sys::tracefs::Instance;

/// How often is looked.
const TICK: Duration = Duration::from_millis(50);
/// How often sockets are looked at where the kernel does not tell of them.
const LOGS: [&str; 4] =
    ["/var/log/auth.log", "/var/log/secure", "/var/log/messages", "/var/log/syslog"];
/// A file that grows by more than this at once is read from its end.
const MOST: u64 = 1 << 20;

/// Counters that tell of connections that fail.
const COUNTERS: &[&str] = &[
    "TcpExtListenDrops",
    "TcpExtListenOverflows",
    "TcpExtTCPAbortOnClose",
    "TcpExtTCPAbortOnData",
    "TcpExtTCPAbortOnMemory",
    "TcpExtTCPAbortOnTimeout",
    "TcpEstabResets",
    "TcpOutRsts",
];

/// What was seen in the end.
#[derive(Debug, Default)]
pub struct Seen {
    /// Each connection's story, and what was counted.
    pub stories: Vec<String>,
    /// Who ended the last one that was reset.
    pub observation: Option<Observation>,
    /// What could not be watched.
    pub missing: Vec<String>,
}

/// Watches until the time is over or `cancel` is set. What happens is told as it comes; the first thing told is that the watch
/// has begun.
pub fn watch(
    asked: &Asked,
    limit: Duration,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Happening),
) -> Seen {
    let tell = &mut |happening| tell(Happening { at: clock::now(), ..happening });
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let (port, source) = (asked.port, asked.source);
    let flow =
        Flow { source: nobody, source_port: None, destination: nobody, port, interface: None };
    let host = Host::new(flow, None, cancel.clone());
    let before = counters::read(&host);
    let mut missing = Vec::new();
    let mut trace = match trace(port) {
        Ok(trace) => Some(trace),
        Err(error) => {
            missing.push(format!(
                "the kernel's trace of events: {error}: sockets are looked at instead"
            ));
            None
        }
    };
    let mut watched = Watched::new(port, source);
    let mut sockets = Sockets::default();
    let mut logs = Logs::open(&mut missing);
    let seconds = limit.as_secs();
    tell(Happening::of_nobody(format!("watching port {port} for {seconds} s")));
    missing.iter().for_each(|what| tell(Happening::of_nobody(format!("{NOT_WATCHED}{what}"))));
    let began = Instant::now();
    while began.elapsed() < limit && !cancel.is_set() {
        match &mut trace {
            Some(trace) => {
                let lines = trace.lines();
                let traced = lines.iter().filter_map(|line| trace_event::parse(line));
                traced.filter_map(|traced| watched.take(&traced)).for_each(&mut *tell);
            }
            None => sockets.look(port, source, began.elapsed(), tell),
        }
        logs.new_lines(tell);
        thread::sleep(TICK);
    }
    drop(trace);
    let mut stories = watched.stories();
    let changed = counters::read(&host).since(&before);
    let counted = COUNTERS.iter().filter_map(|name| Some((name, *changed.get(*name)?)));
    let counted = counted.filter(|(_, count)| *count > 0);
    stories.extend(sockets.stories);
    stories.extend(counted.map(|(name, count)| format!("{name} rose by {count}")));
    Seen { stories, observation: watched.observation(), missing }
}

/// Takes away what a run that was killed has left behind.
pub fn clean_up() {
    // Where the trace is not mounted, only a thread of ours could have used it.
    let _ = thread::spawn(|| tracefs::root().map(|root| tracefs::remove_stale(&root))).join();
}

fn trace(port: u16) -> std::io::Result<Instance> {
    let root = tracefs::root()?;
    tracefs::remove_stale(&root);
    let instance = Instance::new(&root)?;
    let ours = format!("sport == {port} || dport == {port}");
    instance.enable("sock/inet_sock_set_state", Some(&ours))?;
    instance.enable("tcp/tcp_send_reset", None)?;
    instance.enable("tcp/tcp_receive_reset", None)?;
    // Old kernels tell no reason; then it would only be noise.
    let format = fs::read_to_string(root.join("events/skb/kfree_skb/format")).unwrap_or_default();
    if format.contains("reason") {
        instance.enable("skb/kfree_skb", None)?;
    }
    Ok(instance)
}

/// Connections by sock_diag(7), where nothing better is to be had: that they come and go, and not why.
#[derive(Default)]
struct Sockets {
    known: BTreeMap<u64, (SocketAddr, Duration)>,
    stories: Vec<String>,
}

impl Sockets {
    fn look(
        &mut self,
        port: u16,
        source: Option<IpAddr>,
        now: Duration,
        tell: &mut dyn FnMut(Happening),
    ) {
        let all = sock_diag::connections(port).unwrap_or_default();
        let ours =
            |c: &sock_diag::Connection| source.is_none_or(|s| s.to_canonical() == c.remote.ip());
        let open: BTreeMap<u64, SocketAddr> =
            all.iter().filter(|c| ours(c)).map(|c| (c.cookie, c.remote)).collect();
        for (cookie, client) in &open {
            if !self.known.contains_key(cookie) {
                self.known.insert(*cookie, (*client, now));
                tell(Happening::of(*client, "the connection is open"));
            }
        }
        let gone: Vec<u64> = self.known.keys().filter(|c| !open.contains_key(c)).copied().collect();
        for cookie in gone {
            let Some((client, since)) = self.known.remove(&cookie) else { continue };
            let after = (now - since).as_secs_f64();
            let words = format!("the connection is gone, after {after:.2} s");
            tell(Happening::of(client, words.as_str()));
            self.stories.push(format!("{client}: {words}"));
        }
    }
}

/// The ends of log files, from where they were when the watch began.
struct Logs(Vec<(PathBuf, u64)>);

impl Logs {
    fn open(missing: &mut Vec<String>) -> Self {
        let length = |path: &str| Some((PathBuf::from(path), fs::metadata(path).ok()?.len()));
        let files: Vec<(PathBuf, u64)> = LOGS.iter().filter_map(|path| length(path)).collect();
        if files.is_empty() {
            missing
                .push("no log file is there to follow: the journal is read in the end".to_owned());
        }
        Self(files)
    }

    fn new_lines(&mut self, tell: &mut dyn FnMut(Happening)) {
        for (path, known) in &mut self.0 {
            let length = fs::metadata(&path).map_or(*known, |metadata| metadata.len());
            if length > *known {
                let text =
                    read_from(path, (*known).max(length.saturating_sub(MOST))).unwrap_or_default();
                let of_sshd = |line: &&str| line.contains("sshd") && !line.trim().is_empty();
                text.lines()
                    .filter(of_sshd)
                    .for_each(|line| tell(Happening::of_nobody(format!("log  {line}"))));
            }
            *known = length;
        }
    }
}

fn read_from(path: &Path, at: u64) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
