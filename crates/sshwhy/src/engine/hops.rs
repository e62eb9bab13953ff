//! From what the user typed to one diagnosis: the configuration, then every jump host on the way,
//! then the target itself. The first hop that fails is the one that is reported.

use std::time::Instant;

use sshwhy_core::model::case;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::case::View;
use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::measured::Measured;
use sshwhy_core::model::outcome;
use sshwhy_core::model::target::Target;
use sshwhy_core::parse::ssh_g::ClientConfig;
use sshwhy_core::parse::target::Destination;

use super::facts::Facts;
use super::run;
use super::run::Event;
use super::run::Known;
use super::run::Run;
use super::settings::Settings;
use crate::probe::config;
use crate::probe::config::Seen;
use crate::sys::cancel::Cancel;

/// Longer chains of jump hosts are a loop in the configuration.
const MAX_HOPS: usize = 8;

/// A hop on the way, with what ssh says of it.
struct Hop {
    /// As `ssh -J` takes it.
    name: String,
    settings: Settings,
    config: ClientConfig,
    observations: Seen,
}

/// Diagnoses the connection to a destination, hop by hop.
pub fn diagnose(
    given: &str,
    destination: &Destination,
    settings: &Settings,
    cancel: &Cancel,
    mut on_event: impl FnMut(Event<'_>),
) -> Run {
    let began = Instant::now();
    let mut target = Target { given: given.to_owned(), ..Target::default() };

    let hop = match look(destination, settings.clone(), cancel) {
        Ok(hop) => hop,
        Err(observations) => return unusable(target, destination, observations, began, cancel),
    };
    let jumps = match jump_hosts(&hop.config, settings, cancel) {
        Ok(jumps) => jumps,
        Err((name, observations)) => {
            target.hop = Some(name);
            return unusable(target, destination, observations, began, cancel);
        }
    };
    target.hops = jumps.iter().map(|j| j.name.clone()).collect();

    let mut via: Vec<String> = Vec::new();
    for jump in jumps {
        let mut at = target.clone();
        at.hop = Some(jump.name.clone());
        let name = jump.name.clone();
        let mut run = reach(jump, at, via.clone(), cancel, &mut on_event);
        if run.cancelled || outcome::first_break(&run.case.observations).is_some() {
            run.case.seconds = began.elapsed().as_secs_f64();
            return run;
        }
        via.push(name);
    }
    let mut run = reach(hop, target, via, cancel, &mut on_event);
    run.case.seconds = began.elapsed().as_secs_f64();
    run
}

/// Runs the engine against one hop.
fn reach(
    hop: Hop,
    mut target: Target,
    via: Vec<String>,
    cancel: &Cancel,
    on_event: &mut impl FnMut(Event<'_>),
) -> Run {
    target.host.clone_from(&hop.config.hostname);
    target.port = hop.config.port;
    target.user.clone_from(&hop.config.user);
    if target.hop.is_none() {
        on_event(Event::Reached(&target));
    }
    let facts = Facts {
        has_ssh: config::has_ssh(&hop.observations),
        config: hop.config,
        via,
        ..Facts::default()
    };
    let known = Known { facts, observations: evidence(hop.observations) };
    run::run(target, known, &hop.settings, cancel, on_event)
}

/// Asks ssh about a destination; the observations alone when it cannot be used.
fn look(destination: &Destination, mut settings: Settings, cancel: &Cancel) -> Result<Hop, Seen> {
    if let Some(port) = destination.port {
        settings.ssh_options.push(format!("-p{port}"));
    }
    if let Some(user) = &destination.user {
        settings.ssh_options.push(format!("-l{user}"));
    }
    let (config, observations) = config::look(&settings, &destination.host, cancel);
    match config {
        Some(config) => Ok(Hop { name: jump_name(destination), settings, config, observations }),
        None => Err(observations),
    }
}

/// The jump hosts that a configuration goes through, first to last.
///
/// ssh reaches the last jump host of a chain through those before it, whatever their own blocks
/// say; only the first one may have a ProxyJump of its own.
fn jump_hosts(
    config: &ClientConfig,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Vec<Hop>, (String, Seen)> {
    let mut hops: Vec<Hop> = Vec::new();
    let mut chain = config.proxy_jump.clone();
    while !chain.is_empty() && hops.len() + chain.len() <= MAX_HOPS {
        let mut found = Vec::new();
        for jump in &chain {
            let hop =
                look(jump, settings.of_jump_host(), cancel).map_err(|o| (jump_name(jump), o))?;
            found.push(hop);
        }
        chain = found.first().map(|h| h.config.proxy_jump.clone()).unwrap_or_default();
        found.extend(hops);
        hops = found;
    }
    Ok(hops)
}

/// `[user@]host[:port]`, with brackets around IPv6.
fn jump_name(destination: &Destination) -> String {
    let user = destination.user.as_ref().map(|u| format!("{u}@")).unwrap_or_default();
    let host = &destination.host;
    match destination.port {
        Some(port) if host.contains(':') => format!("{user}[{host}]:{port}"),
        Some(port) => format!("{user}{host}:{port}"),
        None if host.contains(':') => format!("{user}[{host}]"),
        None => format!("{user}{host}"),
    }
}

/// A run that ended before anything left this machine.
fn unusable(
    mut target: Target,
    destination: &Destination,
    observations: Seen,
    began: Instant,
    cancel: &Cancel,
) -> Run {
    target.host.clone_from(&destination.host);
    target.port = destination.port.unwrap_or(22);
    target.user = destination.user.clone().unwrap_or_default();
    let case = Case {
        schema: case::SCHEMA.to_owned(),
        target,
        seconds: began.elapsed().as_secs_f64(),
        connections: 0,
        not_assessed: Vec::new(),
        taken: None,
        view: View::Client,
        notes: Vec::new(),
        warnings: Vec::new(),
        observations: evidence(observations),
        measured: Measured::default(),
        exchanges: Vec::new(),
        packets: None,
    };
    Run { case, facts: Facts::default(), cancelled: cancel.is_set() }
}

fn evidence(observations: Seen) -> Evidence {
    observations
        .into_iter()
        .map(|(answer, text)| Observation { answer, source: "config".to_owned(), at: 0.0, text })
        .collect()
}
