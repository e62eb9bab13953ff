//! Whom to judge when nobody is named: the clients that failed last, by what the host itself remembers.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use sshwhy_core::evaluate::server_log;
use sshwhy_core::evaluate::server_log::Topic;
use sshwhy_core::evaluate::server_log::WINDOW;
use sshwhy_core::model::flow::Flow;

use crate::inspect::bans;
use crate::inspect::host::Host;
use crate::sys::cancel::Cancel;

/// So many are judged: a person reads no more.
const MOST: usize = 3;

/// A client that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Suspect {
    /// Its address.
    pub source: IpAddr,
    /// The name that it wanted to log in with, where that is known.
    pub user: Option<String>,
    /// What shows that it failed, with its place.
    pub why: String,
}

/// The clients that failed last, the latest first: of the last hour's logs, and those that are banned.
pub fn suspects(port: u16, cancel: &Cancel) -> Vec<Suspect> {
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let flow =
        Flow { source: nobody, source_port: None, destination: nobody, port, interface: None };
    let host = Host::new(flow, None, cancel.clone());
    let mut found = failed(&host);
    // Scanners try names that do not exist; they are not who asks.
    found.sort_by_key(|suspect| suspect.why.to_lowercase().contains("invalid user"));
    found.extend(blocked(&host, port));
    found.extend(banned(&host));
    let mut seen = Vec::new();
    found.retain(|suspect| {
        let is_new = !seen.contains(&suspect.source);
        seen.push(suspect.source);
        is_new
    });
    found.truncate(MOST);
    found
}

fn failed(host: &Host) -> Vec<Suspect> {
    let logs = host.logs();
    let failures = server_log::recent_failures(&logs.log, logs.now);
    let suspect = |failure: server_log::Failure<'_>| Suspect {
        source: failure.source,
        user: failure.user.map(str::to_owned),
        why: format!("{}: {}", failure.shown_by.place, failure.shown_by.text),
    };
    failures.into_iter().map(suspect).collect()
}

/// Those whose packets to the port the kernel says that a rule stopped.
fn blocked(host: &Host, port: u16) -> Vec<Suspect> {
    let logs = host.logs();
    let recent = logs.log.events.iter().rev().take_while(|event| event.at >= logs.now - WINDOW);
    let to_port = |event: &&server_log::Event| {
        event.topic == Topic::Blocked && event.number == Some(u64::from(port))
    };
    let suspect = |event: &server_log::Event| {
        let why = format!("{}: {}", event.place, event.text);
        Some(Suspect { source: event.source?, user: None, why })
    };
    recent.filter(to_port).filter_map(suspect).collect()
}

fn banned(host: &Host) -> Vec<Suspect> {
    let suspect = |(source, why)| Suspect { source, user: None, why };
    bans::latest(host).into_iter().map(suspect).collect()
}
